#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Fill a page's @places@: fill.py PAGE.scd WORDS.h OUTPUT

@source@ … are the files shared-source.scd …; @ended@, @by@ and @cause@ are the words of words.h.
"""
import os
import re
import sys

page, words_h, output = sys.argv[1:]
text = open(page, encoding="utf-8").read()
header = open(words_h, encoding="utf-8").read()


def words(table):
    rows = re.search(r"#define %s\(X\)(.*?[^\\])\n" % table, header, re.S).group(1)
    return ", ".join("*%s*" % word for word in re.findall(r'X\(\w+, "([^"]+)"\)', rows))


def place(match):
    shared = os.path.join(os.path.dirname(page), "shared-%s.scd" % match.group(1))
    return open(shared, encoding="utf-8").read().rstrip("\n")


text = re.sub(r"@(source|selection|look|end)@", place, text)
for name, table in (("ended", "TT_ENDINGS"), ("by", "TT_ENDERS"), ("cause", "TT_CAUSES")):
    text = text.replace("@%s@" % name, words(table))
open(output, "w", encoding="utf-8").write(text)
