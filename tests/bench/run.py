#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""run.py [--quick] [--runs N] [--build DIR] [--tcptale PATH] [--only KIND,...] - our commands beside other tools, in one run.

Generates the captures of generate.c into a temporary folder below BENCH_DIR (default: the system's), reads each once so that it is in
the cache, and times every command pinned to one core: CPU time, median of several runs taken in turns; what is slow runs fewer times.
Without other work on the machine CPU time and time by the clock are the same; where they differ, the machine had other work.
Then it holds the figures against the limits.  --quick: a tenth of the size.  Status 1 when a command fails; a limit that is missed is
said, but no failure, for a machine may be slow.
"""
import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ENOUGH_SECONDS = 6  # a command that has run for so long in all is not run again
# No names are looked up: that would time a name server.  TZ: tcpdump asks for the zone's file with every packet when it is unset, which would not be a fair comparison.
ENVIRONMENT = {**os.environ, "TZ": "UTC0", "LC_ALL": "C", "NO_COLOR": "1"}

# What runs on which capture: ours by their arguments, peers by name.
OURS = {"list --summary": ["list", "--summary"], "list --format json": ["list", "--format", "json"],
        "packets -nn": ["packets", "-nn"], "tell": ["tell"]}
PEERS = {"cat": ["cat", "{file}"], "tcpdump -nn": ["tcpdump", "-nn", "-r", "{file}"], "tcptrace": ["tcptrace", "-n", "{file}"],
         "tshark conv,tcp": ["tshark", "-n", "-q", "-z", "conv,tcp", "-r", "{file}"],
         "nfpcapd": ["nfpcapd", "-r", "{file}", "-w", "{folder}"]}
KINDS = {"http": ("cat", *OURS, "tcpdump -nn", "tcptrace", "nfpcapd", "tshark conv,tcp"),
         "bulk": ("cat", *OURS, "tcpdump -nn"),
         "crowd": ("cat", *OURS, "tcpdump -nn", "tcptrace"),
         "hosts": ("cat", *OURS, "tcpdump -nn"),
         "pair": ("cat", *OURS, "tcpdump -nn")}


class Result:
    """The runs of one command on one capture."""

    def __init__(self):
        self.cpu, self.clock, self.peak_kib, self.failed = [], [], 0, None

    def seconds(self):
        return statistics.median(self.cpu)

    def wants_more(self, runs):
        return not self.failed and len(self.cpu) < runs and sum(self.clock) < ENOUGH_SECONDS


def measure(command, result):
    """Runs a command once: the child's own CPU time and peak memory, from the system."""
    begin = time.monotonic()
    with open(os.devnull, "r+b") as null, tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(command, stdin=null, stdout=null, stderr=errors, env=ENVIRONMENT)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            errors.seek(0)
            last = errors.read().decode(errors="replace").strip().splitlines()[-1:]
            result.failed = f"status {child.returncode}" + (f": {last[0]}" if last else "")
    result.clock.append(time.monotonic() - begin)
    result.cpu.append(usage.ru_utime + usage.ru_stime)
    result.peak_kib = max(result.peak_kib, usage.ru_maxrss)


def commands_for(names, tcptale, path, folder):
    """The commands that there are on this machine, by name."""
    found = {}
    for name in names:
        if name in OURS:
            found[name] = [str(tcptale), *OURS[name], str(path)]
        elif shutil.which(PEERS[name][0]):
            found[name] = [part.format(file=path, folder=folder) for part in PEERS[name]]
        else:
            print(f"  {name}: not installed")
    return found


def time_all(commands, runs):
    """In turns, so that what else the machine does falls on all of them."""
    results = {name: Result() for name in commands}
    while any(result.wants_more(runs) for result in results.values()):
        for name, result in results.items():
            if result.wants_more(runs):
                measure(commands[name], result)
    return results


def report(kind, packets, octets, results):
    base = results["cat"].seconds()
    print(f"\n{kind}: {packets:,} packets, {octets / 1e6:,.0f} MB")
    print(f"  {'command':<20} {'CPU s':>9} {'clock s':>9} {'x cat':>8} {'M packets/s':>12} {'peak MB':>9} {'runs':>5}")
    for name, result in results.items():
        if result.failed:
            print(f"  {name:<20} failed, {result.failed}")
            continue
        seconds = result.seconds()
        print(f"  {name:<20} {seconds:9.3f} {statistics.median(result.clock):9.3f} {seconds / base:8.2f} "
              f"{packets / seconds / 1e6:12.2f} {result.peak_kib / 1024:9.1f} {len(result.cpu):5}")


def limits(all_results, all_packets):
    """What is judged: (what, figure, limit), for the results that are there."""
    def seconds(kind, name):
        result = all_results.get(kind, {}).get(name)
        return None if result is None or result.failed else result.seconds()

    def ratio(a, b):
        return None if a is None or b is None else a / b

    def each(kind, name):
        figure = seconds(kind, name)
        return None if figure is None else figure / all_packets[kind]

    def peak(name):
        result = all_results.get("http", {}).get(name)
        return None if result is None or result.failed else result.peak_kib

    summary, cat = seconds("http", "list --summary"), seconds("http", "cat")
    yield "list --summary / cat", ratio(summary, cat), 2
    yield "list --format json / cat", ratio(seconds("http", "list --format json"), cat), 4
    yield "list --summary / tcptrace, time", ratio(summary, seconds("http", "tcptrace")), 1 / 20
    yield "list --summary / tcptrace, memory", ratio(peak("list --summary"), peak("tcptrace")), 1 / 20
    yield "packets -nn / tcpdump -nn", ratio(seconds("http", "packets -nn"), seconds("http", "tcpdump -nn")), 1 / 5
    for name in ("list --summary", "packets -nn"):
        yield f"{name}: a packet of 50,000 hosts / of two", ratio(each("hosts", name), each("pair", name)), 1.5


def judge(all_results, all_packets):
    print("\nlimits")
    for what, figure, limit in limits(all_results, all_packets):
        if figure is None:
            print(f"  {what:<48} not measured")
        else:
            print(f"  {what:<48} {figure:8.3f}   at most {limit:6.3f}   {'kept' if figure <= limit else 'MISSED'}")


def generate(generator, kind, path, percent):
    run = subprocess.run([generator, kind, path, str(percent)], capture_output=True, text=True, check=True)
    words = run.stdout.split()
    with open(path, "rb") as file:  # into the cache
        while file.read(1 << 20):
            pass
    return int(words[0]), int(words[2])


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--runs", type=int, default=7, help="runs of what is fast (default 7)")
    parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build", help="build folder (default build)")
    parser.add_argument("--tcptale", type=pathlib.Path, help="the binary (default: the build folder's)")
    parser.add_argument("--only", default=",".join(KINDS), help="kinds of captures, with commas (default all)")
    given = parser.parse_args()
    unknown = [kind for kind in given.only.split(",") if kind not in KINDS]
    if unknown:
        parser.error(f"no such kind: {', '.join(unknown)}; there are {', '.join(KINDS)}")
    return given


def main():
    given = arguments()
    tcptale = given.tcptale or given.build / "src/cli/tcptale"
    subprocess.run(["ninja", "-C", given.build, "tests/bench/bench_generate"], stdout=subprocess.DEVNULL, check=True)
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    all_results, all_packets = {}, {}
    for kind in given.only.split(","):
        with tempfile.TemporaryDirectory(prefix="tcptale-bench-", dir=os.environ.get("BENCH_DIR")) as folder:
            path = pathlib.Path(folder) / f"{kind}.pcap"
            packets, octets = generate(given.build / "tests/bench/bench_generate", kind, path, 10 if given.quick else 100)
            commands = commands_for(KINDS[kind], tcptale, path, folder)
            all_results[kind], all_packets[kind] = time_all(commands, given.runs), packets
        report(kind, packets, octets, all_results[kind])
    judge(all_results, all_packets)
    return any(result.failed for results in all_results.values() for result in results.values())


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, subprocess.CalledProcessError) as error:
        sys.exit(f"run.py: {error}")
