"""Sequences from a seed: the same seed gives the same sequence on every machine and in every release.

Only `random.Random.random` is used, whose stream for a seed is promised never to change.
"""

from __future__ import annotations

import hashlib
import itertools
import random


def seed_for(session_seed: int, slug: str) -> int:
    """An instrument's own seed, so that adding one instrument changes no other's sequences."""
    return int.from_bytes(hashlib.sha256(f"{session_seed}:{slug}".encode()).digest()[:6], "big")


def below(rng: random.Random, limit: int) -> int:
    """A whole number from 0 to `limit` - 1."""
    return int(rng.random() * limit)


def shuffled(rng: random.Random, count: int) -> list[int]:
    """The numbers from 0 to `count` - 1 in a random order (Fisher and Yates)."""
    order = list(range(count))
    for last in range(count - 1, 0, -1):
        other = below(rng, last + 1)
        order[last], order[other] = order[other], order[last]
    return order


def digit_sequence(rng: random.Random, length: int, *, taken: set[str]) -> str:
    """Different digits from 1 to 9, up to nine of them, without a run such as 3 4 5 or 7 6 5, and not in `taken`."""
    while True:
        digits = [digit + 1 for digit in shuffled(rng, 9)[:length]]
        steps = [after - before for before, after in itertools.pairwise(digits)]
        has_run = any(a == b and abs(a) == 1 for a, b in itertools.pairwise(steps))
        text = "".join(map(str, digits))
        is_counting = length == 2 and abs(steps[0]) == 1
        if not has_run and not is_counting and text not in taken:
            taken.add(text)
            return text


def symbol_sequence(rng: random.Random, *, symbol_count: int, length: int) -> list[int]:
    """Symbols in random order, none twice running, each about equally often: shuffled rounds of all of them."""
    sequence: list[int] = []
    while len(sequence) < length:
        round_of_all = shuffled(rng, symbol_count)
        if not sequence or round_of_all[0] != sequence[-1]:
            sequence += round_of_all
    return sequence[:length]
