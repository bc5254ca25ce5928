#!/usr/bin/env python3
"""Runs sweeps as array jobs of a real Slurm and holds them against undivided runs.

Usage: slurm_test.py SACCADE; exits with 77 where Slurm is not installed."""
import hashlib
import json
import pathlib
import sqlite3
import subprocess
import sys
import tempfile

import slurm_cluster

SKIPPED = 77
TINY = {"family": "vit", "name": "tiny", "image": 32, "patch": 16, "width": 32, "depth": 1,
        "heads": 2, "classes": 10}
ROWS = {"name": "rows", "pointer": "/engines/0/rows", "values": [4, 8, 16]}
BYTES = {"name": "bytes", "pointer": "/buffers/1/bytes",
         "range": {"from": 4096, "to": 32768, "step": 4096}}
# Streams of 50 inferences each, of which the last would take minutes.
LONG = {"zip": [{"name": "depth", "in": "workload", "pointer": "/depth",
                 "values": [1, 2, 3, 4, 5, 1024]},
                {"name": "image", "in": "workload", "pointer": "/image",
                 "values": [32, 48, 64, 80, 96, 256]}]}
LONG_FIELDS = {"options": {"stream": 50}, "limits": {"memory_mib": 8192}}


def rows(store, table):
    """All of a table; its columns must be given to leave out what differs from run to run."""
    with sqlite3.connect(f"file:{store}?mode=ro", uri=True) as database:
        return sorted(database.execute(f"SELECT * FROM {table}").fetchall())


def check(holds, message):
    if not holds:
        raise AssertionError(message)


class Test:
    def __init__(self, saccade, cluster, folder):
        self.saccade, self.cluster, self.folder = saccade, cluster, folder
        (folder / "tiny.json").write_text(json.dumps(TINY))

    def run(self, *words, code=0):
        ended = subprocess.run([str(word) for word in words], env=self.cluster.env,
                               capture_output=True, text=True)
        check(ended.returncode == code, f"{words} exits with {ended.returncode}:\n"
                                        f"{ended.stdout}{ended.stderr}\n{self.logs()}")
        return ended.stdout + ended.stderr

    def logs(self):
        """Of the tasks and the daemons."""
        texts = [f"--- {log}\n{log.read_text()}" for log in sorted(self.folder.glob("*.log"))]
        return "\n".join(texts) + self.cluster.logs()

    def sweep(self, name, axes, fields=None):
        file = self.folder / name
        file.write_text(json.dumps({"name": "it's a sweep", "axes": axes,
                                    "hardware": "configs/hardware/edge_16x16.json",
                                    "workloads": "tiny.json", **(fields or {})}))
        return file

    def script(self, sweep, shards, out):
        text = self.run(self.saccade, "slurm", sweep, "--shards", shards, "--out", out, "--time",
                        "10", "--partition", "all", "--option", "nice=1")
        file = out.with_suffix(".sh")
        file.write_text(text)
        return file

    def array_and_merge_equal_one_run(self):
        sweep = self.sweep("sweep.json", [ROWS, BYTES])
        single, merged = self.folder / "single.db", self.folder / "100% merged.db"
        self.run(self.saccade, "sweep", sweep, "--out", single, "-q")
        check(len(rows(single, "points")) == 24, "24 points expected")
        script = self.script(sweep, 4, merged)
        said = self.run("bash", script)
        check("4 tasks" in said and "submitted merge job" in said, said)
        self.cluster.wait_for_jobs()
        check(merged.exists(), f"no merged store\n{self.logs()}")
        shards = [self.folder / f"100% merged.shard-{i}-of-4.db" for i in (1, 2, 3, 4)]
        for table in ("points", "details"):
            check(rows(merged, table) == rows(single, table), f"{table} differ")
            check(sum(len(rows(shard, table)) for shard in shards) == 24, f"{table} of shards")
        for log in [f"{shard.name}.log" for shard in shards] + [f"{merged.name}.log"]:
            check("points" in (self.folder / log).read_text(), f"{log} says nothing")

        before = hashlib.sha256(merged.read_bytes()).hexdigest()
        said = self.run("bash", script, code=1)
        check("is there already" in said, said)
        check(hashlib.sha256(merged.read_bytes()).hexdigest() == before, "written again")
        check(self.cluster.command("squeue", "-h") == "", "jobs were submitted")

        merged.rename(self.folder / "first.db")  # and a shard is lost
        shards[2].unlink()
        self.run("bash", script)
        self.cluster.wait_for_jobs()
        check(rows(merged, "points") == rows(single, "points"), "points differ after going on")
        kept = [rows(shard, "run_log") for shard in (shards[0], shards[1], shards[3])]
        first = rows(self.folder / "first.db", "run_log")
        stamps = {row[1:] for row in first}  # without the number of the entry
        check(all(row[1:] in stamps for log in kept for row in log), "whole shards ran again")

    def signal_ends_a_task_cleanly(self):
        sweep = self.sweep("long.json", [LONG], LONG_FIELDS)
        out = self.folder / "long.db"
        self.run("bash", self.script(sweep, 2, out))
        shards = [self.folder / f"long.shard-{i}-of-2.db" for i in (1, 2)]

        def all_but_one():
            try:
                return sum(len(rows(shard, "points")) for shard in shards) == 5
            except sqlite3.OperationalError:  # not there yet
                return False

        self.cluster.wait_until(all_but_one, "five points")
        # As Slurm does before the time limit (--signal=B:TERM@30), without waiting for that.
        running = []

        def one_runs():
            running[:] = self.cluster.command("squeue", "-h", "-t", "running", "-o", "%A").split()
            return len(running) == 1

        self.cluster.wait_until(one_runs, "the end of the other task")
        self.cluster.command("scancel", "--signal=TERM", "--batch", running[0])
        self.cluster.wait_for_jobs()  # the merge, too, which can no longer be
        check(not out.exists(), "merged what is not whole")
        check(sum(len(rows(shard, "points")) for shard in shards) == 5, "points were lost")
        logs = "".join(pathlib.Path(f"{shard}.log").read_text() for shard in shards)
        check("1 points are open; the same command goes on" in logs, logs)


def main():
    missing = slurm_cluster.missing()
    if missing:
        print(f"skipped: {', '.join(missing)} not found; apt-get install slurm-wlm munge")
        return SKIPPED
    with tempfile.TemporaryDirectory(prefix="slurm_") as folder:
        home = pathlib.Path(folder, "cluster")
        work = pathlib.Path(folder, "it's $HOME")
        home.parent.chmod(0o755)
        home.mkdir()
        work.mkdir()
        with slurm_cluster.Cluster(home) as cluster:
            test = Test(sys.argv[1], cluster, work)
            test.array_and_merge_equal_one_run()
            test.signal_ends_a_task_cleanly()
    print("ok")
    return 0


if __name__ == "__main__":
    sys.exit(main())
