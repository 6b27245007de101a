#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""verdicts.py - docs/verdicts.md describes each sign and cause of the judge's tables, as they stand there, and no others."""
import re

import tap

SIGN = re.compile(r'^    \{"([a-z-]+)", KIND_([A-Z]+), ([A-Z_0-9]+),', re.MULTILINE)
CAUSE = re.compile(r'^    \{\w+, TT_CAUSE_([A-Z_]+), TT_([A-Z]+), "([a-z-]+)",', re.MULTILINE)
SHARE = re.compile(r"\[KIND_([A-Z]+)\] = (\w+)")
WEIGHT = re.compile(r"#define (WEIGHT_\w+) (\d+)")
OTHER = re.compile(r'(?:\.sign = |add_plain\([^"]*?)"([a-z-]+)"')


def words(constant):
    return constant.lower().replace("weighs_", "").replace("_", " ")


def section(page, title):
    return page.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text, cells):
    found = re.findall(r"^\| `([a-z-]+)` \|" + r" ([^|]+) \|" * (cells - 1), text, re.MULTILINE)
    return {row[0]: tuple(cell.strip("` ") for cell in row[1:]) for row in found}


def main():
    report = tap.Report()
    page = tap.read("docs/verdicts.md")
    signs_c = tap.read("src/judge/signs.c")
    signs = {word: (kind.lower(), words(weight)) for word, kind, weight in SIGN.findall(signs_c)}
    causes = {word: (cause.lower().replace("_", "-"), certainty.lower()) for cause, certainty, word in CAUSE.findall(tap.read("src/judge/cause.c"))}
    others = [word for name in tap.tracked(".c") if name.startswith("src/judge/") for word in OTHER.findall(tap.read(name))]
    report.case("the tables are found", [] if len(signs) > 20 and len(causes) > 10 and len(others) > 4 else [f"{signs} {causes} {others}"])
    counted = [match[0] for match in SIGN.findall(signs_c)] + [match[2] for match in CAUSE.findall(tap.read("src/judge/cause.c"))] + sorted(set(others))
    report.case("each word is one sign's", [word for word in set(counted) if counted.count(word) > 1])
    told = rows(section(page, "Signs of a forgery, and against it"), 3)
    report.case("each sign with its kind and weight, and no other",
                [f"{word}: {signs.get(word)}, the page says {told.get(word)}" for word in signs | told if signs.get(word) != told.get(word)])
    report.case("in the order of the table", [] if list(signs) == list(told) else ["another order"])
    told = rows(section(page, "Causes"), 3)
    report.case("each cause with its certainty, and no other",
                [f"{word}: {causes.get(word)}, the page says {told.get(word)}" for word in causes | told if causes.get(word) != told.get(word)])
    report.case("in the order of the table", [] if list(causes) == list(told) else ["another order"])
    report.case("the other words", [word for word in others if f"`{word}`" not in page])
    weights = dict(WEIGHT.findall(tap.read("src/judge/matter.h")))
    shares = ", ".join(f"{kind.lower()} {weights.get(share, share)}" for kind, share in SHARE.findall(signs_c))
    report.case("the shares", [] if f"Shares: {shares}." in page else [shares])
    sums = [f"A sum of {weights['WEIGHT_LIKELY']} or more is a forgery", f"A sum of {weights['WEIGHT_DOUBT']}\n"]
    report.case("the sums", [said for said in sums if said not in page])
    report.end()


main()
