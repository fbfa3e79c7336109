"""Measure, and print a table for each part; exit 1 if a limit is not met."""

from __future__ import annotations

import importlib
import sys

from benchmarks import Figure, NotHere

PARTS = {
    "digits": "Spoken digit sequences, read by the models that are installed",
    "administrations": "Digit span from recordings, against the same administrations scored from the digits said",
    "speed": "From recording to points, against the recognisers alone",
    "memory": "Memory of a worker",
    "system": "The running system",
    "recovery": "A damaged system: what is lost, and when it is ready again",
    "size": "Everything that is installed to serve",
    "timing": "Stimuli and presses of the timed tasks, in Chromium",
}


def main(names: list[str]) -> int:
    """Run the named parts, or all."""
    unknown = [name for name in names if name not in PARTS]
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    is_met = True
    for name in names or PARTS:
        print(f"\n## {PARTS[name]}\n", flush=True)
        try:
            figures: list[Figure] = importlib.import_module(f"benchmarks.{name}").run()
        except NotHere as error:
            print(f"Not measured: {error}")
            continue
        _print(figures)
        is_met = is_met and all(figure.is_met is not False for figure in figures)
    return 0 if is_met else 1


def _print(figures: list[Figure]) -> None:
    rows = [("what", "measured", "limit", "")]
    words = {True: "met", False: "NOT MET", None: ""}
    rows += [(one.name, one.value, one.limit, words[one.is_met]) for one in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for number, row in enumerate(rows):
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |")
        if number == 0:
            print("|" + "|".join("-" * (width + 2) for width in widths) + "|")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
