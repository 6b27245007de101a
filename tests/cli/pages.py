#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""pages.py [MAN-PAGE…] - man pages, help and completion say what the option tables say.

The completion script names every option of a command, so it stands for the tables here.
"""
import re
import shutil
import subprocess
import sys

from cli import Report, SOURCE, differs, environment, scratch, tcptale

COMMANDS = ("packets", "list", "tell")
PLACE = re.compile(r"@(source|selection|look|end)@")


def completion():
    return tcptale("--completion", "bash").stdout.decode()


def table(script, command):
    """The options of a command, as the tables have them."""
    return sorted(re.search(r"^ *%s:-\*\) words='(.*)' ;;$" % command, script, re.M).group(1).split())


def page_text(name):
    text = (SOURCE / "man" / f"{name}.1.scd").read_text(encoding="utf-8")
    return PLACE.sub(lambda place: (SOURCE / "man" / f"shared-{place.group(1)}.scd").read_text(encoding="utf-8"), text)


def page_options(name):
    """The options that a page describes: the lines that begin with one."""
    lines = [line for line in page_text(name).splitlines() if line.startswith("*-")]
    return sorted(option for line in lines for option in re.findall(r"\*(-[^*]+)\*", line))


def agreement(report):
    script = completion()
    for command in COMMANDS:
        report.case(f"tcptale-{command}(1) describes the options of {command}, each once",
                    differs("options", page_options(f"tcptale-{command}"), table(script, command)))
    report.case("tcptale(1) describes its options", differs("options", page_options("tcptale"),
                                                            sorted(["-h", "--help", "--version", "--completion"])))
    main_page, shown = page_text("tcptale"), tcptale("--help").stdout.decode()
    for command in (*COMMANDS, "help", "version"):
        report.case(f"tcptale(1) and --help know {command}", [] if f"\n*{command}*" in main_page and f"\n  {command} " in shown else
                    ["one of the two does not"])


def arguments(report):
    """What an option takes is called the same in the page and in the help."""
    for command in COMMANDS:
        shown, page = tcptale(command, "--help").stdout.decode(), page_text(f"tcptale-{command}")
        named = re.findall(r"(--[a-z-]+) ([A-Z]+)\b", shown)
        wrong = [f"{option} {argument}" for option, argument in named if f"*{option}* _{argument}_" not in page]
        report.case(f"the arguments of {command} are called the same", [f"not in the page: {option}" for option in wrong] +
                    ([] if len(named) > 8 else ["the help names too few"]))


def every_option_shown(report):
    script = completion()
    for command in COMMANDS:
        shown = tcptale(command, "--help").stdout.decode()
        missing = [option for option in table(script, command) if option.startswith("--")
                   and not re.search(r"(?<![\w-])%s\b" % option, shown)]
        letters = [option for option in table(script, command) if not option.startswith("--")
                   and not re.search(r"(?<![\w-])%s\b|%s," % (re.escape(option), re.escape(option)), shown)]
        # what has a letter may go by it, and -h is known to whoever reads this
        report.case(f"{command} --help shows every letter", differs("missing", letters, ["-h"]))
        report.case(f"{command} --help shows every name without a letter", [f"{name} is missing" for name in missing if name in (
            "--conn", "--ended", "--by", "--cause", "--forged", "--longer-than", "--idle", "--color", "--resolve", "--immediate-mode")])


def screens(report):
    for command, lines in (((), 24), (("list",), 24), (("tell",), 24), (("packets",), 30)):
        shown = tcptale(*command, "--help").stdout.decode().splitlines()
        wide = [line for line in shown if len(line) > 80]
        report.case(f"{' '.join(command) or 'tcptale'} --help fits {lines} lines of 80 columns",
                    ([f"{len(shown)} lines"] if len(shown) > lines else []) + wide)
        page = page_text("-".join(("tcptale", *command)))
        examples = re.findall(r"^  (tcptale .*?)(?:   .*)?$", "\n".join(shown), re.M)
        report.case(f"{' '.join(command) or 'tcptale'} --help has examples", [] if examples else ["none"])
        status = re.findall(r"^\*(\d)\*$", page, re.M)
        report.case(f"the page of {' '.join(command) or 'tcptale'} documents the exit statuses", differs("statuses", status, ["0", "1", "2"]))
        report.case(f"and ends with SEE ALSO", differs("last heading", re.findall(r"^# (.*)$", page, re.M)[-1], "SEE ALSO"))


def complete(script, words):
    """What bash offers for the last of these words."""
    program = script + """
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _tcptale; printf '%s\\n' "${COMPREPLY[@]}"
"""
    got = subprocess.run(["bash", "--norc", "-c", program, "bash", *words], capture_output=True, env=environment(), check=False)
    return set(got.stdout.decode().split()), got.stderr


def completions(report):
    script = completion()
    # words, what must be offered, what must not
    rows = [
        (["tcptale", "pa"], {"packets"}, {"list"}),
        (["tcptale", ""], {"list", "tell", "packets", "help", "version"}, {"--ended"}),
        (["tcptale", "list", "--s"], {"--summary", "--snapshot-length"}, {"--format"}),
        (["tcptale", "list", "--format", ""], {"table", "json", "csv"}, {"text"}),
        (["tcptale", "tell", "--format", "t"], {"text"}, {"table", "json"}),
        (["tcptale", "list", "--ended", "re"], {"reset", "refused", "rejected"}, {"fin", "--read"}),
        (["tcptale", "list", "-i", "l"], {"lo"}, {"list"}),
        (["tcptale", "-i", "l"], {"lo"}, {"list"}),
        (["tcptale", "help", "t"], {"tell"}, {"list"}),
    ]
    for words, offered, withheld in rows:
        got, complaint = complete(script, words)
        complaints = [f"{word} is not offered" for word in offered - got] + [f"{word} is offered" for word in withheld & got]
        report.case(f"completion of {' '.join(words)}_", complaints + differs("standard error", complaint, b""))


def lint(report, pages):
    mandoc = shutil.which("mandoc")
    for page in pages:
        name = f"mandoc accepts {page.rsplit('/', 1)[-1]}"
        if not mandoc:
            report.skip(name, "mandoc is not installed")
            continue
        got = subprocess.run([mandoc, "-Tlint", "-W", "error", page], capture_output=True, text=True, check=False)
        report.case(name, (got.stdout + got.stderr).splitlines() + differs("status", got.returncode, 0))
    if not pages:
        report.skip("mandoc accepts the pages", "scdoc is not installed: there are none")


def main():
    report = Report()
    agreement(report)
    arguments(report)
    every_option_shown(report)
    screens(report)
    completions(report)
    lint(report, sys.argv[1:])
    report.end()


main()
