"""Sequences from a seed: the same seed gives the same sequence on every machine and in every release.

Only `random.Random.random` is used, whose stream for a seed is promised never to change.
"""

from __future__ import annotations

import hashlib
import itertools
import random

# Far more than a sequence that there is has ever taken; one that is not there must not keep the system from starting.
TRIES = 1000


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
    for _ in range(TRIES):
        digits = [digit + 1 for digit in shuffled(rng, 9)[:length]]
        steps = [after - before for before, after in itertools.pairwise(digits)]
        has_run = any(a == b and abs(a) == 1 for a, b in itertools.pairwise(steps))
        text = "".join(map(str, digits))
        is_counting = length == 2 and abs(steps[0]) == 1
        if not has_run and not is_counting and text not in taken:
            taken.add(text)
            return text
    raise ValueError(f"a new sequence of {length} digits: none was found")


def symbol_sequence(rng: random.Random, *, symbol_count: int, length: int) -> list[int]:
    """Symbols in random order, none twice running, each about equally often: shuffled rounds of all of them."""
    sequence: list[int] = []
    while len(sequence) < length:
        round_of_all = shuffled(rng, symbol_count)
        if not sequence or round_of_all[0] != sequence[-1]:
            sequence += round_of_all
    return sequence[:length]


def wait_ms(rng: random.Random, shortest: int, longest: int) -> int:
    """A wait in whole ms from `shortest` to `longest`, each as likely as any other."""
    return shortest + below(rng, longest - shortest + 1)


def target_sequence(rng: random.Random, *, targets: int, length: int) -> list[int]:
    """Targets in random order, each equally often (give or take one), of which nobody could guess the next.

    None comes three times running, no two take turns (1 2 1 2), and no three lie in a row (1 2 3 or 3 2 1).
    """
    if targets == 1:
        return [0] * length
    for _ in range(TRIES):
        left = [length // targets + (target < length % targets) for target in range(targets)]
        sequence: list[int] = []
        while len(sequence) < length:
            fitting = [target for target in range(targets) for _ in range(left[target]) if _fits([*sequence, target])]
            if not fitting:
                break
            chosen = fitting[below(rng, len(fitting))]
            left[chosen] -= 1
            sequence.append(chosen)
        if len(sequence) == length:
            return sequence
    raise ValueError(f"a sequence of {length} among {targets} targets: none was found")


def _fits(sequence: list[int]) -> bool:
    """Whether the last target makes no pattern with those before it."""
    *_, a, b = [-9, -9, *sequence[-2:]]
    before = sequence[-3] if len(sequence) > 2 else -9
    is_row = a - before == b - a and abs(b - a) <= 1 and before >= 0
    is_turn = len(sequence) > 3 and sequence[-4] == a and before == b
    return not is_row and not is_turn


def go_sequence(rng: random.Random, *, length: int, go_per_round: int) -> list[bool]:
    """Whether to press: `go_per_round` times for each once that it is not; the first two are to be pressed.

    Four rounds are shuffled together, so that every stretch of the block has its share; those not to be pressed never
    come three times running.
    """
    stretch = [True] * (4 * go_per_round) + [False] * 4
    for _ in range(TRIES):
        sequence: list[bool] = []
        while len(sequence) < length:
            sequence += [stretch[at] for at in shuffled(rng, len(stretch))]
        sequence = sequence[:length]
        has_three = any(not any(sequence[at : at + 3]) for at in range(length - 2))
        has_share = sequence.count(False) == length // (go_per_round + 1)
        if all(sequence[:2]) and has_share and not has_three:
            return sequence
    raise ValueError(
        f"a sequence of {length} shapes, {go_per_round} to be pressed for each that is not: none was found"
    )


def place_sequence(rng: random.Random, *, places: int, length: int, taken: set[tuple[int, ...]]) -> list[int]:
    """Different places in random order, in an order that is not in `taken`."""
    for _ in range(TRIES):
        sequence = tuple(shuffled(rng, places)[:length])
        if sequence not in taken:
            taken.add(sequence)
            return list(sequence)
    raise ValueError(f"a new sequence of {length} of {places} places: none was found")
