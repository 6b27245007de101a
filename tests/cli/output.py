#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""output.py - where output goes: full disks, readers that leave, terminals, colour, languages, zones."""
import os
import pathlib
import pty
import subprocess

from cli import CAPTURES, Report, TCPTALE, differs, environment, frames, pcap, records, scratch, tcptale

FILE = CAPTURES / "endings" / "crowd.pcap"
COMMANDS = [["packets", "-n"], ["list"], ["list", "--format", "json"], ["list", "--summary"], ["tell", "--all"], ["--help"],
            ["list", "--help"], ["--version"]]
ESCAPE = b"\x1b["


def with_file(command):
    return command if command[-1] in ("--help", "--version") else command + [FILE]


def full_disk(report):
    for command in COMMANDS:
        with open("/dev/full", "wb") as full:
            got = tcptale(*with_file(command), stdout=full)
        complaints = differs("status", got.returncode, 1) + differs("lines", got.stderr.count(b"\n"), 1)
        complaints += [] if b"No space left" in got.stderr else [f"says {got.stderr!r}"]
        report.case(f"{' '.join(command)} on a full disk", complaints)
    got = tcptale("packets", "-w", "/dev/full", FILE)
    report.case("-w on a full disk", differs("status", got.returncode, 1) +
                ([] if b"/dev/full" in got.stderr and b"No space left" in got.stderr else [f"says {got.stderr!r}"]))


def copies(report, folder):
    """Every frame twice: said once, beside what programs read; nothing is counted twice, and -w keeps every frame."""
    path, kept = pathlib.Path(folder) / "twice.pcap", pathlib.Path(folder) / "kept.pcap"
    rows = [row for row in frames(CAPTURES / "seed-transfer.pcap") for _ in range(2)]
    path.write_bytes(pcap(rows))
    for command in (["list"], ["list", "--format", "json"], ["list", "--format", "csv"], ["tell", "--format", "json"]):
        got = tcptale(*command, path)
        report.case(f"{' '.join(command)} says copies once, aside", differs("status", got.returncode, 0) +
                    differs("said", (got.stderr.count(b" of "), got.stdout.count(b"copies that")), (1, 0)))
    got = tcptale("tell", path)
    report.case("tell says copies once", differs("said", (got.stderr, got.stdout.count(b"copies that the capture made")), (b"", 1)))
    once, twice = ([record["sent_by_client"] for record in records(name)] for name in (CAPTURES / "seed-transfer.pcap", path))
    report.case("copies are not counted", differs("counts", twice, once))
    tcptale("list", "-w", kept, path)
    report.case("-w keeps every frame", differs("frames", len(frames(kept)), len(rows)))


def closed(report, folder):
    """Without a standard output nothing of it lands in a file that the command opens."""
    path = pathlib.Path(folder) / "out.pcap"
    got = subprocess.run(["sh", "-c", '"$@" >&-', "sh", TCPTALE, "list", "-w", path, FILE], capture_output=True, check=False,
                         env=environment())
    report.case("standard output closed", differs("status", got.returncode, 1) +
                ([] if b"standard output" in got.stderr else [f"says {got.stderr!r}"]))
    report.case("and -w holds packets only", differs("frames", len(frames(path)), len(frames(FILE))))


def reader_leaves(report, folder):
    """A long listing into a reader that has gone before the first octet."""
    rows = frames(FILE)
    path = pathlib.Path(folder) / "long.pcap"
    path.write_bytes(pcap(rows * 100))
    for command in (["packets", "-n"], ["list", "--format", "json"], ["tell", "--all"]):
        nobody, pipe = os.pipe()
        os.close(nobody)
        process = subprocess.Popen([TCPTALE, *command, path], stdout=pipe, stderr=subprocess.PIPE, env=environment())
        os.close(pipe)
        words = process.stderr.read()
        report.case(f"{' '.join(command)} ends quietly when its reader leaves", differs("standard error", words, b"") +
                    differs("status", process.wait(60), 0))


def has_terminals():
    try:
        ends = os.openpty()
    except OSError:
        return False
    for end in ends:
        os.close(end)
    return True


def on_terminal(arguments, **env):
    """What a command writes on a terminal of 120 columns (24 lines), both outputs together."""
    pid, fd = pty.fork()
    if pid == 0:
        os.execve(TCPTALE, [TCPTALE, *map(str, arguments)], environment(**env))
    octets = b""
    while True:
        try:
            part = os.read(fd, 65536)
        except OSError:  # the terminal's other side has gone
            break
        if not part:
            break
        octets += part
    os.close(fd)
    return octets, os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def colour(report):
    for command in (["list"], ["tell", "--all"]):
        name = " ".join(command)
        report.case(f"{name} has no colour in a pipe", [] if ESCAPE not in tcptale(*command, FILE).stdout else ["it has"])
        report.case(f"{name} --color always has", [] if ESCAPE in tcptale(*command, "--color", "always", FILE).stdout else ["it has not"])
        report.case(f"{name} --color always has, with NO_COLOR too",
                    [] if ESCAPE in tcptale(*command, "--color=always", FILE, env={"NO_COLOR": "1"}).stdout else ["it has not"])


def colour_on_terminal(report):
    for command in (["list"], ["tell", "--all"]):
        name = " ".join(command)
        octets, status = on_terminal([*command, FILE])
        report.case(f"{name} has colour on a terminal", ([] if ESCAPE in octets else ["it has not"]) + differs("status", status, 0))
        for why, more, options in (("with NO_COLOR", {"NO_COLOR": "1"}, []), ("with TERM=dumb", {"TERM": "dumb"}, []),
                                   ("with --color never", {}, ["--color", "never"])):
            octets, status = on_terminal([*command, *options, FILE], **more)
            report.case(f"{name} has none on a terminal {why}", [] if ESCAPE not in octets else ["it has"])


def notes(report):
    path = CAPTURES / "endings" / "icmp-admin-v4.pcap"
    report.case("what has no line is not said elsewhere", differs("standard error", tcptale("packets", "-n", path).stderr, b""))
    if has_terminals():
        octets, _ = on_terminal(["packets", "-n", path])
        report.case("but on a terminal", [] if b"not TCP" in octets else [f"{octets[-200:]!r}"])


def language(report):
    for command in (["list"], ["tell", "--all"], ["list", "--summary"]):
        name = " ".join(command)
        plain = tcptale(*command, FILE, env={"LC_ALL": "C"}).stdout
        report.case(f"{name} is ASCII in the C locale", [] if plain.isascii() else ["it is not"])
    json = [tcptale("list", "--format", "json", FILE, env={"LC_ALL": name}).stdout for name in ("C", "C.UTF-8", "zh_CN.UTF-8")]
    report.case("JSON is the same in every locale", differs("C.UTF-8", json[1], json[0]) + differs("zh_CN", json[2], json[0]))


def translation(report):
    """The reader's language, whether the machine has the locale or only the catalogue."""
    for why, env, chinese in (("LANG=zh_CN.UTF-8", {"LC_ALL": "", "LANG": "zh_CN.UTF-8"}, True),
                              ("LANGUAGE=zh_CN in C.UTF-8", {"LANGUAGE": "zh_CN"}, True),
                              ("LC_ALL=C", {"LC_ALL": "C", "LANGUAGE": "zh_CN"}, False),
                              ("LANG=de_DE.UTF-8, which has no catalogue", {"LC_ALL": "", "LANG": "de_DE.UTF-8"}, False)):
        story = tcptale("tell", FILE, env=env | {"TCPTALE_LOCALEDIR": os.environ["TT_PO"]}).stdout.decode()
        complaints = [] if ("握手" in story) == chinese and ("handshake" in story) != chinese else [f"{story[:200]!r}"]
        report.case(f"tell speaks {'Chinese' if chinese else 'English'} with {why}", complaints)


def zones(report):
    """The first packet, in UTC and five and a half hours east of it."""
    seconds = frames(FILE)[0][0]
    for zone, east in (("UTC", 0), ("IST-5:30", 19800)):
        of_day = (seconds + east) % 86400
        wanted = f"{of_day // 3600:02}:{of_day // 60 % 60:02}:{of_day % 60:02}."
        got = tcptale("packets", "-n", "-c1", FILE, env={"TZ": zone}).stdout.decode()
        report.case(f"packets prints the time of {zone}", differs("time", got[:9], wanted))


def main():
    report = Report()
    full_disk(report)
    with scratch() as folder:
        closed(report, folder)
        copies(report, folder)
        reader_leaves(report, folder)
    colour(report)
    if has_terminals():
        colour_on_terminal(report)
    else:
        report.skip("what a terminal gets", "needs a terminal device: /dev/pts is not mounted")
    notes(report)
    language(report)
    translation(report)
    zones(report)
    report.end()


main()
