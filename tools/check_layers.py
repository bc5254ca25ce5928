#!/usr/bin/env python3
"""Checks that no file of src/ includes a layer above or beside its own.

Usage: check_layers.py SRC. Prints every include that points the wrong way; exit code 1 if there is one.
"""
import pathlib
import re
import sys

LAYERS = {"base": 0, "workload": 1, "hardware": 1, "cost": 2, "technique": 3, "mapping": 3,
          "result": 3, "sim": 4, "flow": 5, "validate": 5, "explore": 6, "report": 6, "cli": 7}


def mistakes(src):
    for path in sorted(src.rglob("*.[ch]pp")):
        folder = path.relative_to(src).parts[0]
        if folder not in LAYERS:
            yield f"{path}: folder '{folder}' is in no layer"
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            quoted = re.match(r'\s*#\s*include\s*"([^/"]+)/', line)
            if re.match(r"\s*#\s*include\s*<(systemc|tlm)", line) and folder != "sim":
                yield f"{path}:{number}: only sim/ may include SystemC"
            if not quoted or quoted.group(1) == folder:
                continue
            target = quoted.group(1)
            if target not in LAYERS:
                yield f"{path}:{number}: includes '{target}/', which is in no layer"
            elif LAYERS[target] >= LAYERS[folder]:
                yield f"{path}:{number}: {folder}/ (layer {LAYERS[folder]}) includes {target}/ " \
                      f"(layer {LAYERS[target]})"


def main():
    found = list(mistakes(pathlib.Path(sys.argv[1])))
    print("\n".join(found) if found else "includes point downwards only")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
