"""The measures of the rules of `word_list`: what the recalls, the delay and the recognition say together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cognitive_assessment.records.scores import InstrumentResult, Measure, Score, ScoreStatus
from cognitive_assessment.scoring.answered import (
    AnsweredQuestion,
    Delay,
    delay_of,
    missing_reason,
    newest_attempts,
    result_of,
    summed_uncertainty,
)
from cognitive_assessment.scoring.word_recall import INTRUSIONS

LEARNING = ("learning_1", "learning_2", "learning_3")
RECALLS = (*LEARNING, "delayed")
_PLACES = {"primacy": 3, "middle": 4, "recency": 3}
_RECOGNISED = {
    "hits": "words",
    "false_alarms": "words",
    "false_alarms_related": "words",
    "d_prime": "d'",
    "criterion": "c",
}


def measures(answered: Sequence[AnsweredQuestion], part: Mapping[str, Any], *, rule: str) -> InstrumentResult:
    """Gather the measures; one that rests on a question without a score is `not_scorable`."""
    planned = {question["item_id"]: question for question in part["questions"]}
    newest = newest_attempts(answered)
    asked = _Asked(
        scores={item: one.score for item, one in newest.items() if one.score is not None},
        missing={item: missing_reason(newest.get(item), planned[item]["title"]) for item in planned},
        delay=delay_of(planned["delayed"], answered),
    )
    found = [
        *(asked.of(f"trial_{at}", "recalled", [item], "words") for at, item in enumerate(LEARNING, 1)),
        asked.of("total_learning", "recalled", LEARNING, "words"),
        asked.slope(),
        asked.of("delayed_recall", "recalled", ["delayed"], "words", is_delayed=True),
        *asked.savings(),
        *asked.waited(),
        asked.of("repetitions", "repetitions", RECALLS, "words"),
        *(asked.of(f"intrusions_{kind}", f"intrusions_{kind}", RECALLS, "words") for kind in INTRUSIONS),
        *(asked.share(name, places) for name, places in _PLACES.items()),
        *(asked.of(name, name, ["recognition"], unit) for name, unit in _RECOGNISED.items()),
    ]
    return result_of(part["instrument"], rule, found)


class _Asked:
    """The scores of one person's questions, and why some are missing."""

    def __init__(self, *, scores: Mapping[str, Score], missing: Mapping[str, str | None], delay: Delay | None) -> None:
        self.scores = scores
        self.missing = missing
        self.delay = delay

    def of(self, name: str, value: str, items: Sequence[str], unit: str, *, is_delayed: bool = False) -> Measure:
        """The sum of one value over some questions, with the interval of words where it counts what was recalled."""
        absent = self._absent(name, items, unit)
        if absent is not None:
            return absent
        status, reason = self._status(items, is_delayed=is_delayed)
        scores = [self.scores[item] for item in items]
        expected, interval = summed_uncertainty(scores) if value == "recalled" else (None, None)
        return Measure(name, sum(score.values[value] for score in scores), unit, status, reason, expected, interval)

    def slope(self) -> Measure:
        """Words gained from trial to trial: the least-squares line through the three, half of last less first."""
        absent = self._absent("learning_slope", LEARNING, "words/trial")
        if absent is not None:
            return absent
        first, last = (self.scores[item].values["recalled"] for item in (LEARNING[0], LEARNING[-1]))
        return Measure("learning_slope", (last - first) / 2, "words/trial", *self._status(LEARNING))

    def savings(self) -> list[Measure]:
        """How much of the last trial is left after the delay; nothing to say where nothing had been learnt."""
        items = [LEARNING[-1], "delayed"]
        absent = self._absent("savings", items, "%")
        if absent is not None:
            return [absent]
        learnt, left = (self.scores[item].values["recalled"] for item in items)
        if learnt == 0:
            return []
        status, reason = self._status(items, is_delayed=True)
        return [Measure("savings", round(100 * left / learnt, 1), "%", status, reason)]

    def waited(self) -> list[Measure]:
        """The delay that really passed."""
        if self.delay is None:
            return []
        status: ScoreStatus = "scored" if self.delay.reason is None else "needs_review"
        return [Measure("delay", round(self.delay.passed_s / 60, 2), "min", status, self.delay.reason)]

    def share(self, name: str, places: int) -> Measure:
        """How much came back of the words that stood at some places, over the learning trials."""
        absent = self._absent(name, LEARNING, "%")
        if absent is not None:
            return absent
        came = sum(self.scores[item].values[name] for item in LEARNING)
        return Measure(name, round(100 * came / (places * len(LEARNING)), 1), "%", *self._status(LEARNING))

    def _absent(self, name: str, items: Sequence[str], unit: str) -> Measure | None:
        reason = " ".join(text for item in items if (text := self.missing[item]) is not None)
        return Measure(name, None, unit, "not_scorable", reason) if reason else None

    def _status(self, items: Sequence[str], *, is_delayed: bool = False) -> tuple[ScoreStatus, str | None]:
        scores = [self.scores[item] for item in items]
        reasons = [score.reason for score in scores if score.status == "needs_review" and score.reason]
        if is_delayed and self.delay is not None and self.delay.reason is not None:
            reasons.append(self.delay.reason)
        return ("needs_review" if reasons else "scored"), " ".join(dict.fromkeys(reasons)) or None
