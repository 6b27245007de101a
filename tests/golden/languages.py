#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""languages.py TCPTALE LOCALEDIR - the stories of all captures have the same facts in every language.

The facts are what stands in a sentence in any language: numbers with their units, addresses, flags, the parts and the
packets.  They are compared as bags, since a language may put them in another order.
"""
import collections
import json
import os
import pathlib
import re
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parents[2]
NUMBER = re.compile(r"[\da-f]*:[\da-f:]*[\da-f]|\d+(?:[.:]\d+)*(?: (?:[µmn]?s|min|h|d|[kMG]?B)(?![A-Za-z]))?|[×§]")
WORD = re.compile(r"[A-Z]{2,}")


def stories(command, locales, language, path):
    environment = {"PATH": os.environ["PATH"], "TZ": "UTC", "LC_ALL": "C.UTF-8", "LANGUAGE": language, "TCPTALE_LOCALEDIR": locales}
    run = subprocess.run([command, "tell", "--all", "--explain", "--format", "json", path], cwd=SOURCE, env=environment,
                         capture_output=True, text=True, check=True)
    return [json.loads(line)["story"] for line in run.stdout.splitlines()]


def facts(line):
    says = line["says"]
    return line["part"], line["packets"], collections.Counter(NUMBER.findall(says)), set(WORD.findall(says))


def differences(english, other):
    if len(english) != len(other):
        yield f"{len(english)} stories in English, {len(other)} here"
    for ours, theirs in zip(english, other):
        if len(ours) != len(theirs):
            yield f"{len(ours)} lines in English, {len(theirs)} here"
        for line, translation in zip(ours, theirs):
            if facts(line) != facts(translation):
                yield f"{line['says']} | {translation['says']}: {facts(line)} | {facts(translation)}"
            elif line["says"] == translation["says"] and re.search(r"[a-z]{4}", line["says"]):
                yield f"not translated: {line['says']}"


def main():
    command, locales = (str(pathlib.Path(word).resolve()) for word in sys.argv[1:])
    languages = (SOURCE / "po" / "LINGUAS").read_text(encoding="utf-8").split()
    captures = sorted(str(path.relative_to(SOURCE)) for path in (SOURCE / "captures").rglob("*.pcap"))
    failed = number = 0
    print(f"1..{len(captures) * len(languages)}")
    for path in captures:
        english = stories(command, locales, "en", path)
        for language in languages:
            number += 1
            found = list(differences(english, stories(command, locales, language, path)))
            if not english:
                found.append("no story at all")
            failed += bool(found)
            print(f"{'not ok' if found else 'ok'} {number} - {path} in {language}")
            for line in found:
                print(f"# {line}")
    sys.exit(1 if failed else 0)


main()
