#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""po.py [--write] - the catalogues: all sentences of the sources in po/tcptale.pot, each translated, with the same {places}.

--write brings po/tcptale.pot and the catalogues up to the sources; new sentences then wait for their translation.
"""
import collections
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import tap

PO = tap.SOURCE / "po"
EXTRACT = ["xgettext", "--language=C", "--from-code=UTF-8", "--no-wrap", "--no-location", "--keyword", "--keyword=TT_N_",
           "--keyword=TT_NN_:1,2", "--keyword=tt_say:3", "--keyword=tt_say_many:3,4", "--package-name=tcptale"]
MARK = re.compile(r"\bTT_NN?_\(\s*\"|\btt_say(_many)?\((?!struct)")
HEAD = """# SPDX-License-Identifier: BSD-2-Clause
# The sentences of tcptale.  Written by tests/lint/po.py --write.
msgid ""
msgstr ""
"Project-Id-Version: tcptale\\n"
"Language: \\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=INTEGER; plural=EXPRESSION;\\n"
"""
Entry = collections.namedtuple("Entry", "one many strings flags")


def marked_files():
    """Sources that have sentences to translate."""
    names = [name for name in tap.tracked(".c", ".h") if name.startswith("src/")]
    return [name for name in names if MARK.search(tap.read(name))]


def extracted():
    """The template that the sources give now, with a header that does not change from day to day."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*EXTRACT, "-o", f"{folder}/x.pot", *marked_files()], cwd=tap.SOURCE, check=True)
        body = pathlib.Path(folder, "x.pot").read_text(encoding="utf-8").split("\n\n", 1)[1]
    return HEAD + "\n" + body


def entries(text):
    """The messages of a catalogue; the header and obsolete ones left out."""
    for block in text.split("\n\n"):
        fields, flags, at = {}, set(), None
        for line in block.split("\n"):
            if line.startswith("#,"):
                flags.update(flag.strip() for flag in line[2:].split(","))
            word = re.match(r'(msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line)
            if word:
                at = word.group(1)
                fields[at] = word.group(2)[1:-1]
            elif at and line.startswith('"'):
                fields[at] += line[1:-1]
        if fields.get("msgid"):
            strings = [value for key, value in fields.items() if key.startswith("msgstr")]
            yield Entry(fields["msgid"], fields.get("msgid_plural"), strings, flags)


def places(sentence):
    return sorted(re.findall(r"\{\w+\}", sentence))


def complaints(catalogue):
    for entry in entries(catalogue):
        if "fuzzy" in entry.flags or not all(entry.strings):
            yield f"not translated: {entry.one}"
        for string in entry.strings:
            if string and places(string) != places(entry.many or entry.one):
                yield f"other places than {entry.many or entry.one}: {string}"


def write():
    (PO / "tcptale.pot").write_text(extracted(), encoding="utf-8")
    (PO / "POTFILES").write_text("".join(name + "\n" for name in marked_files()), encoding="utf-8")
    for name in (PO / "LINGUAS").read_text(encoding="utf-8").split():
        subprocess.run(["msgmerge", "--quiet", "--update", "--backup=none", "--no-wrap", "--no-location", "--no-fuzzy-matching",
                        f"{name}.po", "tcptale.pot"], cwd=PO, check=True)


def main():
    if sys.argv[1:] == ["--write"]:
        write()
        return
    report = tap.Report()
    template = tap.read("po/tcptale.pot")
    report.case("POTFILES names every source with sentences (else: tests/lint/po.py --write)",
                set(marked_files()) ^ set(tap.read("po/POTFILES").split()))
    if shutil.which("xgettext"):
        report.case("tcptale.pot has the sentences of the sources (else: tests/lint/po.py --write)",
                    [entry.one for entry in set_difference(entries(extracted()), entries(template))])
    else:
        report.skip("tcptale.pot has the sentences of the sources", "xgettext is not installed")
    for name in tap.read("po/LINGUAS").split():
        catalogue = tap.read(f"po/{name}.po")
        ours = {(entry.one, entry.many) for entry in entries(catalogue)}
        wanted = {(entry.one, entry.many) for entry in entries(template)}
        report.case(f"{name} has the {len(wanted)} sentences of the template", [one for one, _ in ours ^ wanted])
        report.case(f"{name} is whole, with the same places", complaints(catalogue))
    report.end()


def set_difference(left, right):
    """What only one of the two catalogues has."""
    by_key = [{(entry.one, entry.many): entry for entry in side} for side in (left, right)]
    return [side[key] for side, other in (by_key, by_key[::-1]) for key in side if key not in other]


main()
