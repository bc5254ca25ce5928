#!/usr/bin/env python3
"""Recomputes a figure of a result from what `saccade run --explain` wrote.

  saccade run ... --explain energy --csv energy.csv --json result.json
  tools/recompute.py energy.csv result.json

Multiplies amounts, values and factors anew, computes the amounts that are shares of other lines and
the DRAM's prices from their constants, and holds sum and band against the result. Needs nothing but
Python. Exit code 1 and a line for each difference if anything differs by more than 1e-9 of it.
"""
import csv
import json
import math
import sys

TOTALS = {
    "energy": ("energy_j", "energy_low_j", "energy_high_j"),
    "area": ("area_mm2", "area_low_mm2", "area_high_mm2"),
    "timing": ("cycles", "cycles", "cycles"),
}
ENDS = (("amount", "value", "result"), ("amount_low", "low", "result_low"),
        ("amount_high", "high", "result_high"))
# Amounts that are results of other lines: those whose amounts count in these units.
SHARES = {
    "J of compute": ("MAC", "operation"),
    "J of logic's leakage": ("PE second", "unit second"),
    "mm2 of logic": ("unit", "mm2 of cells"),
    "lut of logic": ("unit",),
    "ff of logic": ("unit",),
}

differences = []


def expect(what, found, expected):
    if not math.isclose(found, expected, rel_tol=1e-9, abs_tol=1e-300):
        differences.append(f"{what} is {found!r}, expected {expected!r}")


def label(row):
    return f"{row['component']} {row['part']} ({row['name']})"


def products(rows):
    """Sums of all lines: the figure, its low and its high end."""
    sums = []
    for amount, value, result in ENDS:
        shares = [float(r[amount]) * float(r[value]) * float(r["factor"]) for r in rows]
        for row, share in zip(rows, shares):
            expect(f"{result} of {label(row)}", float(row[result]), share)
        sums.append(math.fsum(shares))
    return sums


def check_shares(rows):
    for row in rows:
        for amount, _, result in ENDS:
            if row["amount_unit"] in SHARES:
                parts = [r for r in rows if r["amount_unit"] in SHARES[row["amount_unit"]]
                         and r["result_unit"] == row["result_unit"]]
            elif row["amount_unit"] == "mm2 of cells":
                parts = [r for r in rows
                         if r["amount_unit"] == "unit" and r["component"] == row["component"]]
            else:
                continue
            expect(f"{amount} of {label(row)}", float(row[amount]),
                   math.fsum(float(r[result]) for r in parts))


def check_dram(rows, constants):
    """Energy per command from data-sheet currents, in pJ."""
    standard = {r["name"].split("/")[-1]: float(r["value"])
                for r in constants if r["component"] == "DRAM standard"}
    if "idd0_ma" not in standard:
        return
    c = standard
    unit = c["vdd_v"] * c["devices_per_rank"] * c["tck_ns"]
    prices = {
        "activate and precharge": c["idd0_ma"] * c["tRC"]
        - (c["idd3n_ma"] * c["tRAS"] + c["idd2n_ma"] * c["tRP"]),
        "read burst": (c["idd4r_ma"] - c["idd3n_ma"]) * c["burst_clocks"],
        "write burst": (c["idd4w_ma"] - c["idd3n_ma"]) * c["burst_clocks"],
        "refresh": (c["idd5_ma"] - c["idd3n_ma"]) * c["tRFC"],
    }
    for row in rows:
        if row["component"] == "dram" and row["name"] in prices:
            expect(f"value of {label(row)}", float(row["value"]), unit * prices[row["name"]])


def report_resources(rows, resources):
    """An FPGA has a total for each of its resources, and none of them more than the device."""
    check_shares(rows)
    for name, found in resources["total"].items():
        total = products([r for r in rows if r["result_unit"] == name])[0]
        expect(name, float(found), total)
        of_components = math.fsum(c[name] for c in resources["components"].values())
        expect(f"{name} of components", of_components, total)
        if total > resources["capacity"][name]:
            differences.append(f"{name} is {total!r}, more than {resources['capacity'][name]!r}")
    print(*differences or [f"fpga_resources: {resources['total']!r} from {len(rows)} products"],
          sep="\n")
    return 1 if differences else 0


def main(explanation, result_file):
    with open(explanation, newline="", encoding="utf-8") as file:
        lines = list(csv.DictReader(file))
    with open(result_file, encoding="utf-8") as file:
        result = json.load(file)
    rows = [r for r in lines if r["amount"]]
    constants = [r for r in lines if not r["amount"]]
    topic = lines[0]["topic"]
    if topic == "area" and result["fpga_resources"]:
        return report_resources(rows, result["fpga_resources"])
    totals = products(rows)
    for name, total in zip(TOTALS[topic], totals):
        expect(name, float(result[name]), total)
    check_shares(rows)
    if topic == "energy":
        check_dram(rows, constants)
    if topic == "timing":
        clock = [r for r in constants if r["name"] == "clock_mhz"]
        expect("run_s", result["run_s"], totals[0] / (float(clock[0]["value"]) * 1e6))
    for difference in differences:
        print(difference)
    if not differences:
        print(f"{TOTALS[topic][0]}: {totals[0]!r} ({totals[1]!r} to {totals[2]!r}) "
              f"from {len(rows)} products")
    return 1 if differences else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
