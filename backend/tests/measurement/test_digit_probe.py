"""Which digits cannot be told apart by their sound, and what the probe of spoken digits makes of real voices."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cognitive_assessment.models import recognisers
from cognitive_assessment.models.listening import ALIKE, Listener
from cognitive_assessment.records.speech import Stretch
from cognitive_assessment.speech import voice_activity
from cognitive_assessment.speech.decode import Signal, decode
from cognitive_assessment.speech.digit_fusion import ALIKE_WITHIN, MOST_ALIKE, WINDOW_S, alike
from cognitive_assessment.speech.digit_probe import MARGIN_S, PARTS, RECOGNISER, digit_probe
from cognitive_assessment.speech.windows import pieces_of

DATA = Path(__file__).parents[1] / "data" / "speech"
TRUTH = json.loads((DATA / "truth.json").read_text())


def _row(**odds: float) -> np.ndarray:
    """Log-probabilities of a stretch: how many times as likely a digit is as the one of 1, all others hopeless."""
    row = np.full(10, 1e-9)
    for digit, weight in odds.items():
        row[int(digit.removeprefix("d"))] = weight
    return np.log(row)


def test_alike_worked_by_hand() -> None:
    rows = np.array([_row(d4=1, d7=0.5), _row(d1=1, d9=0.1), _row(d6=1, d3=0.03)])
    # 1, 0.5, 0.1, 0.05, 0.03, 0.015; 0.003 and less are not within a hundred times
    assert alike(rows) == ("416", "716", "496", "796", "413", "713")


def test_one_digit_that_is_surely_heard_has_nothing_alike() -> None:
    assert alike(np.array([_row(d5=1, d9=0.9 / ALIKE_WITHIN)])) == ("5",)
    assert alike(np.array([_row(d5=1, d9=1.1 / ALIKE_WITHIN)])) == ("5", "9")


def test_of_many_that_are_alike_the_likeliest_are_named() -> None:
    found = alike(np.log(np.tile(np.linspace(1, 0.5, 10), (9, 1))))
    assert len(found) == len(set(found)) == MOST_ALIKE
    assert found[0] == "0" * 9
    assert all(sum(digit != "0" for digit in one) <= 2 for one in found)


def test_a_piece_takes_at_most_half_of_the_pause_with_it() -> None:
    signal = Signal(np.arange(16_000, dtype=np.float32), 16_000)
    stretches = [Stretch(0.05, 0.2), Stretch(0.3, 0.5), Stretch(0.9, 0.95)]
    cut = [(int(one[0]), int(one[-1]) + 1) for one in pieces_of(signal, stretches, margin_s=0.1)]
    assert cut == [(0, 4_000), (4_000, 9_600), (12_800, 16_000)]
    assert [one.size for one in pieces_of(signal, stretches)] == [2_400, 3_200, 800]


@pytest.mark.slow
def test_the_probe_reads_real_digits_and_keeps_the_true_one_among_those_alike() -> None:
    recogniser = recognisers.load(RECOGNISER)
    right = kept = total = 0
    for entry in TRUTH:
        signal = decode(DATA / entry["file"])
        stretches = voice_activity.find_stretches(signal.samples, signal.sample_rate_hz)
        pieces = pieces_of(signal, stretches, margin_s=MARGIN_S)
        heard = digit_probe().log_probabilities(recogniser.embed_words(pieces, window_s=WINDOW_S, parts=PARTS))
        assert heard.shape == (len(entry["digits"]), 10)
        assert np.exp(heard).sum(axis=1) == pytest.approx(1)
        for row, digit in zip(heard, map(int, entry["digits"]), strict=True):
            right += row.argmax() == digit
            kept += row.max() - row[digit] <= np.log(ALIKE_WITHIN)
            total += 1
    assert right / total > 0.8
    assert kept == total


@pytest.mark.slow
def test_what_sounds_alike_is_among_the_other_hearings_of_the_recogniser_that_the_probe_knows() -> None:
    tiny, base = (recognisers.load(name) for name in ("tiny.en", "base"))
    (entry,) = (one for one in TRUTH if one["speaker"] == "nicolas")  # whose six is misheard
    signal = decode(DATA / entry["file"])
    for listener, knows in ((Listener(tiny, base), True), (Listener(base, tiny), False)):
        listened = listener.listen(signal, answer_kind="digits")
        hearings = [one.text for one in listened.transcript.alternatives if one.method == ALIKE]
        assert listened.answer not in hearings
        assert all(len(one) == len(listened.stretches) for one in hearings)
        if knows:
            assert entry["digits"] in {listened.answer, *hearings}
        else:
            assert not hearings
