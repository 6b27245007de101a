# SPDX-License-Identifier: BSD-2-Clause
"""tap.py - what the lints share: one TAP line a case, and the tracked files of the source tree."""
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(os.environ.get("TT_SOURCE", pathlib.Path(__file__).resolve().parents[2]))
LAYERS = ("base", "wire", "track", "sides", "judge", "tell", "io", "kill", "cli")
CORE = ("base", "wire", "track", "sides", "judge", "tell")
# What is silent of a layer that is not: it is built into the core's archive.
SILENT = ("src/kill/cut", "src/kill/shape")


class Report:
    def __init__(self):
        self.count = 0
        self.failed = False

    def case(self, name, complaints):
        """One case: passes when there are no complaints, else prints each."""
        self.count += 1
        complaints = list(complaints)
        if complaints:
            self.failed = True
        print(f"{'not ok' if complaints else 'ok'} {self.count} - {name}")
        for complaint in complaints:
            print(f"# {complaint}")

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}")

    def end(self):
        print(f"1..{self.count}")
        sys.exit(self.failed)


def tracked(*suffixes):
    """Files of the source tree as paths relative to it: those git knows or would add, or all when it is not a clone."""
    listing = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=SOURCE,
                             capture_output=True, text=True, check=False)
    if listing.returncode == 0:
        names = {name for name in listing.stdout.split("\0") if name and (SOURCE / name).is_file()}
    else:
        names = {str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*")
                 if path.is_file() and not path.relative_to(SOURCE).parts[0].startswith("build")}
    return sorted(name for name in names if not suffixes or name.endswith(suffixes))


def read(name):
    return (SOURCE / name).read_text(encoding="utf-8", errors="replace")
