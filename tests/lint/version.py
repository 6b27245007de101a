#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""version.py VERSION TCPTALE - Meson, the changelog, the manual pages and the command name one version."""
import re
import subprocess
import sys

import tap


def main():
    report = tap.Report()
    version, command = sys.argv[1:]
    newest = re.search(r"^## (\S+)", tap.read("CHANGELOG.md"), re.MULTILINE)
    report.case("the changelog begins with this version", [] if newest and newest.group(1) == version else [f"not {version}: {newest}"])
    said = subprocess.run([command, "--version"], capture_output=True, text=True, check=False).stdout.split("\n")[0]
    report.case("the command says this version", [] if said.split()[:2] == ["tcptale", version] else [said])
    pages = [name for name in tap.tracked(".scd", ".1", ".3", ".7") if name.startswith("man/")]
    named = [f"{name}: {found}" for name in pages for found in re.findall(r"tcptale (\d+\.\d+\.\d+)", tap.read(name)) if found != version]
    report.case(f"{len(pages)} manual pages name no other version", named)
    report.end()


main()
