#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""usage.py - what the command line takes, what it refuses, and with which words and status."""
from cli import CAPTURES, Report, differs, tcptale

FILE = CAPTURES / "seed-reset.pcap"

# arguments, exit status, a part of the one line on standard error (None: none); the reason
REFUSED = [
    ([], 2, "tcptale --help", "nothing to do"),
    (["lst", FILE], 2, "did you mean list?", "a command misspelled"),
    (["packet"], 2, "did you mean packets?", "a command cut short"),
    (["frobnicate"], 2, "neither a command nor a file", "a word like no command"),
    (["help", "lits"], 2, "did you mean list?", "help about a command misspelled"),
    (["list", "--fromat", "json", FILE], 2, "did you mean --format?", "an option misspelled"),
    (["list", "--fromat=json", FILE], 2, "did you mean --format?", "the same with its value"),
    (["list", "--zzzzzz", FILE], 2, "tcptale list --help", "an option like no other"),
    (["list", "-k", FILE], 2, "no option -k", "a letter that is no option"),
    (["list", "-nk", FILE], 2, "no option -k", "the same behind one that is"),
    (["list", "--summary=yes", FILE], 2, "takes no value", "a value for a flag"),
    (["list", FILE, "--format"], 2, "--format wants WORD", "a value missing"),
    (["packets", FILE, "-c"], 2, "--count wants N", "a letter's value missing"),
    (["packets", "-c", "0", FILE], 2, "'0' is not a number from 1", "a number too low"),
    (["packets", "-c", "5x", FILE], 2, "'5x' is not a number", "a number with more behind"),
    (["packets", "-c", "-5", FILE], 2, "'-5' is not a number", "a number below zero"),
    (["packets", "-c", "99999999999999999999", FILE], 2, "is not a number", "a number too high"),
    (["list", "--format", "xml", FILE], 2, "'xml' is none of table, json, csv", "a word of no choice"),
    (["list", "--ended", "rst", FILE], 2, "'rst' is none of fin, half-closed, reset", "a word of no ending"),
    (["list", "--ended", "fin,rst", FILE], 2, "'rst' is none of", "the second of two words"),
    (["list", "--by", "me", FILE], 2, "'me' is none of client, server, third-party", "a word of nobody"),
    (["list", "--cause", "", FILE], 2, "'' is none of close", "an empty word"),
    (["list", "--conn", "0", FILE], 2, "'0' is not a number from 1", "numbers begin at 1"),
    (["list", "--conn", "5-3", FILE], 2, "'5-3' is not a number", "a range the wrong way round"),
    (["list", "--conn", "1;2", FILE], 2, "'1;2' is not a number", "a range with another separator"),
    (["list", "--longer-than", "soon", FILE], 2, "'soon' is no duration", "no duration"),
    (["list", "--longer-than", "5 parsecs", FILE], 2, "is no duration", "no unit of time"),
    (["list", "--idle", "0s", FILE], 2, "is no duration", "no time at all"),
    (["list", "--color", "maybe", FILE], 2, "'maybe' is none of auto, always, never", "a word of no colour"),
    (["list", "--summary", "--format", "csv", FILE], 2, "no CSV", "a summary is no table of records"),
    (["packets", "-tttttt", FILE], 2, "-t at most five times", "six times -t"),
    (["packets", "-S", "--relative", FILE], 2, "one of the two", "options that exclude each other"),
    (["list", "-w", "-", FILE], 2, "standard output", "two things for standard output"),
    (["tell", "-w", "-", FILE], 2, "standard output", "the same with stories"),
    (["packets", "--print", "-w", "-", FILE], 2, "standard output", "the same with lines"),
    (["list", "-r", FILE, "-i", "lo"], 2, "one of the two", "two sources"),
    (["list"], 2, "no capture", "no source"),
    (["list", "port", "22"], 2, "'port' is no file", "a filter and no source"),
    (["list", FILE, "port", "22", "--summary"], 2, "--summary stands behind the filter", "an option behind the filter"),
    (["list", FILE, "port", "22", "-n"], 2, "-n stands behind the filter", "the same, a letter"),
    (["version", "1"], 2, "'1' is not wanted", "an operand for a command that has none"),
    (["--completion", "tcsh"], 2, "bash", "a shell without completion"),
    (["list", "no-such.pcap"], 1, "no-such.pcap: No such file", "a file that is not there"),
    (["no-such.pcap"], 1, "no-such.pcap: No such file", "the same, without a command"),
    (["list", "/"], 1, "Is a directory", "a folder"),
    (["list", FILE, "prot", "22"], 1, "filter", "a filter misspelled"),
    (["list", "-i", "no-such-interface"], 1, "no-such-interface", "an interface that is not there"),
    (["list", "-w", "/no/such/folder/x.pcap", FILE], 1, "/no/such/folder/x.pcap: No such file", "nowhere to write"),
]

# arguments, the number of lines of `packets -n`; the reason
TAKEN = [
    (["packets", "-n", FILE], 9, "the file as operand"),
    (["packets", "-nr", FILE], 9, "letters together, the last with its value behind"),
    (["packets", "-nnr", FILE, "-c5"], 5, "a value joined to its letter"),
    (["packets", "-n", "--read", FILE, "--count=4"], 4, "long options, one with ="),
    (["packets", FILE, "-n", "-c", "3"], 3, "options behind the file"),
    (["packets", "-#nSqe", "--nano", FILE], 9, "flags together"),
    (["packets", FILE, "-n", "tcp[tcpflags]", "&", "tcp-rst", "!=", "0"], 3, "a filter in words"),
    (["packets", "-n", FILE, "tcp[12] - 1 > 0"], 9, "a filter with a minus"),
    (["packets", "-n", FILE, "tcp[12]", "-", "1", ">", "0"], 9, "the same in words"),
    (["packets", "-n", "-r", FILE, "--", "port", "22"], 9, "-- before the filter"),
    (["packets", FILE, "--conn", "1", "-n"], 9, "a connection chosen"),
    (["packets", FILE, "--conn", "2-", "-n"], 0, "a connection that is not there"),
]


def refusals(report):
    for arguments, status, words, why in REFUSED:
        got = tcptale(*arguments)
        lines = got.stderr.decode().splitlines()
        complaints = differs("status", got.returncode, status) + differs("standard output", got.stdout, b"")
        complaints += differs("lines of complaint", len(lines), 1)
        if lines and words not in lines[0]:
            complaints.append(f"{words!r} is not in {lines[0]!r}")
        if lines and not lines[0].startswith("tcptale"):
            complaints.append(f"the line does not say who complains: {lines[0]!r}")
        report.case(f"refused: {why}", complaints)


def acceptances(report):
    for arguments, lines, why in TAKEN:
        got = tcptale(*arguments)
        complaints = differs("status", got.returncode, 0) + differs("standard error", got.stderr, b"")
        report.case(f"taken: {why}", complaints + differs("lines", got.stdout.count(b"\n"), lines))


def defaults(report):
    story = tcptale("tell", FILE).stdout
    report.case("a file alone is told", differs("output", tcptale(FILE).stdout, story) + ([] if story else ["nothing was told"]))
    report.case("options without a command are those of tell", differs("output", tcptale("-r", FILE).stdout, story))
    version = tcptale("--version")
    report.case("--version and version are the same", differs("output", tcptale("version").stdout, version.stdout) +
                differs("status", version.returncode, 0))
    for command in ("packets", "list", "tell"):
        shown = tcptale("help", command)
        report.case(f"help {command} is {command} --help", differs("output", tcptale(command, "--help").stdout, shown.stdout) +
                    differs("status", shown.returncode, 0))


def main():
    report = Report()
    refusals(report)
    acceptances(report)
    defaults(report)
    report.end()


main()
