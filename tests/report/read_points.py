#!/usr/bin/env python3
"""Reads the points of points_test.cpp as CSV and JSON, by the standard library ("plain") or by
pandas, without any option. Usage: read_points.py plain|pandas CSV JSON"""
import csv
import json
import math
import sys

LATENCIES = [0.1 + 0.2, 1e-9, 3.0, None]
TEXTS = ["os", 'ws, "both"', None, "a\nb"]


def read_plain(csv_file, json_file):
    with open(csv_file, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 4
    assert not [key for key in rows[0] if " " in key]
    assert all(cell for row in rows for cell in row.values())
    for row, latency in zip(rows, LATENCIES):
        number = float(row["latency_s"])
        assert math.isnan(number) if latency is None else number == latency
    assert [int(row["cycles"]) for row in rows[:3]] == [123456789, 5, 6]
    with open(json_file, encoding="utf-8") as file:
        records = json.load(file)
    assert [record["latency_s"] for record in records] == LATENCIES
    assert [record["dataflow"] for record in records] == TEXTS
    assert list(records[0]) == list(rows[0])


def read_pandas(csv_file, json_file):
    import pandas

    for table in (pandas.read_csv(csv_file), pandas.read_json(json_file)):
        assert len(table) == 4
        assert table["point"].dtype == "int64"
        assert table["width"].dtype == "float64"
        assert table["cycles"].dtype == "float64"
        assert table["latency_s"].dtype == "float64"
        assert table["status"].dtype == object
        assert list(table["width"].isna()) == [False, True, False, False]
        for number, latency in zip(table["latency_s"], LATENCIES):
            assert math.isnan(number) if latency is None else abs(number / latency - 1) < 1e-14
        best = table[table.status == "ok"].groupby("technique")["latency_s"].min()
        assert list(best.index) == ["none", "vitcod"]
    ok = pandas.read_csv(csv_file).query("status == 'ok'")
    assert list(ok["message"]) == ["none"] * 3


{"plain": read_plain, "pandas": read_pandas}[sys.argv[1]](*sys.argv[2:])
