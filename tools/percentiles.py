#!/usr/bin/env python3
"""Computes the statistics of a trace's inputs anew from what each path took.

Usage: percentiles.py RESULT.json, written by 'saccade run --trace ... --json RESULT.json'. Prints mean, p50, p95,
p99 (nearest rank) and worst of latency and energy; exit code 1 if the result has others.
"""
import json
import math
import sys


def statistics(values):
    values = sorted(values)

    def rank(percent):
        return values[math.ceil(percent * len(values) / 100) - 1]

    return {"mean": math.fsum(values) / len(values), "p50": rank(50), "p95": rank(95), "p99": rank(99),
            "worst": values[-1]}


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        scenario = json.load(file)["scenario"]
    good = True
    for figure, of_path in (("latency_s", "latency_s"), ("energy_j", "energy_per_image_j")):
        inputs = []
        for path in scenario["paths"]:
            inputs += [path[of_path]] * (path["runs"] * path["images"])
        good = good and len(inputs) == scenario["inputs"]
        for name, value in statistics(inputs).items():
            there = scenario[figure][name]
            same = math.isclose(value, there, rel_tol=1e-9)
            good = good and same
            print(f"{figure} {name}: {value:.9g}" + ("" if same else f", but the result has {there:.9g}"))
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
