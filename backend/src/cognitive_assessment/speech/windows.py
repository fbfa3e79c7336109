"""What a recogniser hears at once: windows of a long recording, cut where the speaker pauses; pieces of one word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment.records.speech import Stretch
from cognitive_assessment.speech.decode import Signal

LONGEST_WINDOW_S = 28.0  # Whisper hears 30 s; the rest is margin around the voice
MARGIN_S = 0.4


def windows_of(stretches: Sequence[Stretch], duration_s: float) -> tuple[Stretch, ...]:
    """Cut a recording into windows that hold all its voice.

    Parameters
    ----------
    stretches : sequence of Stretch
        Where the voice is, in time order.
    duration_s : float
        Of the recording.

    Returns
    -------
    tuple of Stretch
        One window, the whole recording, if that is short enough; else windows of at most 28 s, cut in the longest
        pause of their second half. Empty if there is no voice.
    """
    if not stretches:
        return ()
    if duration_s <= LONGEST_WINDOW_S:
        return (Stretch(0.0, duration_s),)
    end_s = min(duration_s, stretches[-1].offset_s + MARGIN_S)
    windows: list[Stretch] = []
    start_s = max(0.0, stretches[0].onset_s - MARGIN_S)
    while end_s - start_s > LONGEST_WINDOW_S:
        cut = _best_cut(stretches, start_s)
        windows.append(Stretch(start_s, cut.onset_s))
        start_s = cut.offset_s
    windows.append(Stretch(start_s, end_s))
    return tuple(windows)


def pieces_of(signal: Signal, stretches: Sequence[Stretch], *, margin_s: float = 0.0) -> list[NDArray[np.float32]]:
    """Cut a recording to its stretches of voice.

    Parameters
    ----------
    signal : Signal
        The recording.
    stretches : sequence of Stretch
        Where the voice is, in time order.
    margin_s : float, optional
        How much of what lies before and after goes with a stretch, at most half of the pause.

    Returns
    -------
    list of ndarray, each of shape (n_samples,)
        One a stretch.
    """
    edges = [0.0, *((one.offset_s + after.onset_s) / 2 for one, after in pairwise(stretches)), signal.duration_s]
    cuts = [
        (max(one.onset_s - margin_s, before), min(one.offset_s + margin_s, after))
        for one, (before, after) in zip(stretches, pairwise(edges), strict=True)
    ]
    rate = signal.sample_rate_hz
    return [signal.samples[int(onset_s * rate) : int(offset_s * rate)] for onset_s, offset_s in cuts]


def _best_cut(stretches: Sequence[Stretch], start_s: float) -> Stretch:
    """Where one window ends and the next begins: the longest pause in reach, or straight through the voice."""
    pauses = [
        Stretch(before.offset_s, after.onset_s)
        for before, after in pairwise(stretches)
        if before.offset_s > start_s + LONGEST_WINDOW_S / 2 and before.offset_s <= start_s + LONGEST_WINDOW_S
    ]
    if not pauses:
        cut_s = start_s + LONGEST_WINDOW_S
        return Stretch(cut_s, cut_s)
    longest = max(pauses, key=lambda pause: pause.offset_s - pause.onset_s)
    margin_s = min(MARGIN_S, (longest.offset_s - longest.onset_s) / 2)
    return Stretch(min(longest.onset_s + margin_s, start_s + LONGEST_WINDOW_S), longest.offset_s - margin_s)
