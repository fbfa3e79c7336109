"""Digit span from recordings, against the score of the digits that were said: whole administrations, not sequences.

A simulated person answers every trial of a real plan, rightly or with a mistake, in real spoken digits of one speaker,
put together from single words and coded as a browser codes it. It is read, scored and stopped as in a session. The same
person, heard without an error, gives the true score. Recogniser, weights and model know these four voices.

Several persons of one speaker take one plan; what two of them say alike is read once, so the interval is one of groups.
"""

from __future__ import annotations

import dataclasses
import io
import os
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import DATA, Figure, NotHere, at_least, within
from cognitive_assessment.config import settings
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.scoring import AnsweredQuestion, score_instrument, score_question
from cognitive_assessment.jobs import measure_recording, score_response
from cognitive_assessment.models.answer_reader import AnswerReader, AnswerReading
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer
from cognitive_assessment.records.scores import InstrumentResult, Score
from cognitive_assessment.simulation import answers, sound, way
from cognitive_assessment.simulation.profiles import PROFILES, Profile, latency_ms
from cognitive_assessment.simulation.vocabulary import UNITS
from cognitive_assessment.simulation.voice import Voice, find_clips

FOLDER = DATA / "speech" / "digits"
COUNT = int(os.environ.get("CAS_BENCH_ADMINISTRATIONS", "48"))
PERSONS = 6  # of one speaker take one plan
_RESAMPLES = 10_000
LIMIT = 0.90
SLUG = "digit_span"

Question = dict[str, Any]
Part = dict[str, Any]
# of a question and attempt: its score, and what that means for the administration
Hear = Callable[[Question, int], tuple[Score, str]]


@dataclass(frozen=True)
class Person:
    """Somebody who takes digit span once; what they say follows from the seed, however they are heard."""

    name: str
    voice: Voice
    profile: Profile
    plan_seed: int
    seed: int

    def said(self, question: Question) -> str:
        """The digits of their answer, right or not."""
        return answers.digits_said(question, self.profile, self._chance("said", question["item_id"]))

    def record(self, said: str, attempt: int) -> tuple[bytes, float]:
        """Their answer as a browser's recording, and how long they took to begin, in ms."""
        rng = self._chance("recorded", said, attempt)
        words = [self.voice.say(UNITS[int(digit)], rng) for digit in said]
        first_ms = latency_ms(rng, self.profile.onset_latency_ms)
        gaps_ms = [latency_ms(rng, self.profile.gap_between_digits_s * 1000) for _ in words[1:]]
        samples = sound.compose(words, [one / 1000 for one in (first_ms, *gaps_ms)], rng=rng)
        return sound.encode(samples), first_ms

    def _chance(self, *about: object) -> random.Random:
        return random.Random("/".join(map(str, (self.seed, *about))))  # noqa: S311  # no secret


@dataclass(frozen=True)
class Trial:
    """One trial as it was heard, and its true score."""

    answered: AnsweredQuestion
    true: Score

    @property
    def is_misread(self) -> bool:
        """Whether the point is another than of the digits that were said."""
        score = self.answered.score
        return score is None or score.values != self.true.values

    @property
    def is_sent(self) -> bool:
        """Whether a person looks at it."""
        return self.answered.score is not None and self.answered.score.status == "needs_review"

    def corrected(self) -> AnsweredQuestion:
        """The trial after whoever looks at it has put it right."""
        return dataclasses.replace(self.answered, score=self.true) if self.is_sent else self.answered


@dataclass(frozen=True)
class Administered:
    """One administration: its trials and measures as heard, and the measures of the digits that were said."""

    person: Person
    trials: list[Trial]
    heard: InstrumentResult
    reviewed: InstrumentResult
    true: InstrumentResult

    @property
    def missed(self) -> list[str]:
        """The measures that differ from the true ones."""
        return _differing(self.heard, self.true)

    @property
    def is_sent(self) -> bool:
        """Whether every measure that differs waits for a reviewer."""
        return all(one.status == "needs_review" for one in self.heard.measures if one.name in self.missed)


def run() -> list[Figure]:
    """Take every administration, and compare."""
    if not (FOLDER / "truth.json").is_file():
        raise NotHere(f"there are no recordings in {FOLDER}; CAS_BENCH_DATA names their parent folder")
    mouths = Mouths(AnswerReader.load(settings().asr_model, settings().models_dir, threads=1))
    taken = []
    for person in people():
        taken.append(take(person, mouths))
        print(_line(taken[-1]), file=sys.stderr, flush=True)
    return [*_exact(taken), *_review(taken), *_by_speaker(taken), *_by_measure(taken), *_misses(taken)]


def people() -> list[Person]:
    """As many as asked for: each speaker in turn, and each of them in turn as every profile."""
    clips = find_clips(FOLDER)
    speakers = sorted({clip.speaker for of_word in clips.values() for clip in of_word})
    voices = {
        name: Voice(
            {word: [clip for clip in of_word if clip.speaker == name] for word, of_word in clips.items()},
            random.Random(0),  # noqa: S311  # no secret
        )
        for name in speakers
    }
    profiles = list(PROFILES.values())
    chosen = []
    for number in range(COUNT):
        turn, group = number // len(speakers), number // (len(speakers) * PERSONS)
        name, profile = speakers[number % len(speakers)], profiles[turn % len(profiles)]
        chosen.append(Person(name, voices[name], profile, plan_seed=1000 + group, seed=1000 + number))
    return chosen


class Mouths:
    """Reads what is said; the same digits of one speaker once."""

    def __init__(self, reader: AnswerReader) -> None:
        self._reader = reader
        self._known: dict[tuple[str, str, int], tuple[AnswerReading, float]] = {}

    def hear(self, person: Person, question: Question, attempt: int) -> tuple[AnswerReading, float]:
        """How an answer is read, and how long the person took to begin."""
        said = person.said(question)
        key = (person.name, said, attempt)
        if key not in self._known:
            recording, onset_ms = person.record(said, attempt)
            self._known[key] = (
                self._reader.read(io.BytesIO(recording), answer_kind=question["answer"]["kind"]),
                onset_ms,
            )
        return self._known[key]


def take(person: Person, mouths: Mouths) -> Administered:
    """The administration as it is heard, and as it would be without an error of hearing."""
    part = _part(person.plan_seed)

    def by_machine(question: Question, attempt: int) -> tuple[Score, str]:
        reading, onset_ms = mouths.hear(person, question, attempt)
        row = {"instrument": SLUG, "attempt": attempt, "response": {"onset_latency_ms": onset_ms}}
        score = measure_recording.score_reading(row, _context(question), reading)
        return score, measure_recording.outcome_of(score, reading, attempt=attempt)

    def without_error(question: Question, _: int) -> tuple[Score, str]:
        words = " ".join(UNITS[int(digit)] for digit in person.said(question))
        score = score_question(SLUG, _context(question), SpokenAnswer(words, probability_right=1.0))
        return score, score_response.outcome_of(score)

    heard, true = administer(part, by_machine), administer(part, without_error)
    questions = {one["item_id"]: one for one in part["questions"]}
    trials = [Trial(one, without_error(questions[one.item_id], 1)[0]) for one in heard]
    return Administered(
        person,
        trials,
        score_instrument(SLUG, heard, part),
        score_instrument(SLUG, [trial.corrected() for trial in trials], part),
        score_instrument(SLUG, true, part),
    )


def administer(part: Part, hear: Hear) -> list[AnsweredQuestion]:
    """Give the trials in their order, end a block by its stop rule, and ask again what could not be read."""
    answered: list[AnsweredQuestion] = []
    outcomes: dict[str, str] = {}
    over: set[str] = set()
    trials = [question for question in part["questions"] if not question["is_practice"]]
    for question in trials:
        if question["block"] in over:
            continue
        score, outcomes[question["item_id"]] = hear(question, 1)
        answered.append(_answered(question, 1, score))
        judged = way.group_to_judge(part, question)
        if judged is not None and way.is_over(judged[0], [outcomes[item] for item in judged[1]]):
            over.add(question["block"])
    again = [question for question in trials if outcomes.get(question["item_id"]) == "ask_again"]
    return answered + [_answered(question, 2, hear(question, 2)[0]) for question in again]


def _answered(question: Question, attempt: int, score: Score) -> AnsweredQuestion:
    return AnsweredQuestion(question["item_id"], attempt, False, question["parameters"], score, None)


def _part(seed: int) -> Part:
    parts = catalogue().make_plan("brief", "en", seed)["parts"]
    return next(part for part in parts if part["instrument"] == SLUG)


def _context(question: Question) -> QuestionContext:
    return QuestionContext(SLUG, question["item_id"], "en", None, question["expected"], question["parameters"])


def _differing(one: InstrumentResult, other: InstrumentResult) -> list[str]:
    values = {measure.name: measure.value for measure in other.measures}
    return [measure.name for measure in one.measures if measure.value != values[measure.name]]


def _share(name: str, taken: list[Administered]) -> Figure:
    """With the interval of whole groups drawn again: of those who share a speaker and a plan."""
    groups: dict[tuple[str, int], list[bool]] = {}
    for one in taken:
        groups.setdefault((one.person.name, one.person.plan_seed), []).append(not one.missed)
    right = np.array([sum(group) for group in groups.values()])
    count = np.array([len(group) for group in groups.values()])
    chosen = np.random.default_rng(0).integers(len(groups), size=(_RESAMPLES, len(groups)))
    low, high = np.quantile(right[chosen].sum(axis=1) / count[chosen].sum(axis=1), (0.025, 0.975))
    share = float(right.sum() / count.sum())
    shown = (
        f"{right.sum()} of {count.sum()} = {share:.1%} (95 % bootstrap of {len(groups)} groups {low:.1%} to {high:.1%})"
    )
    return at_least(name, share, LIMIT, shown)


def _exact(taken: list[Administered]) -> list[Figure]:
    trials = [trial for one in taken for trial in one.trials]
    wrong = [trial for trial in trials if not trial.true.values["points"]]
    forgiven = sum(trial.is_misread for trial in wrong)
    denied = sum(trial.is_misread for trial in trials) - forgiven
    return [
        _share("administrations with every measure right", taken),
        Figure("wrong answers that were given the point", f"{forgiven} of {len(wrong)}"),
        Figure("right answers without their point", f"{denied} of {len(trials) - len(wrong)}"),
    ]


def _review(taken: list[Administered]) -> list[Figure]:
    trials = [trial for one in taken for trial in one.trials]
    unseen = sum(bool(one.missed) and not one.is_sent for one in taken)
    unseen_trials = sum(trial.is_misread and not trial.is_sent for trial in trials)
    sent = sum(trial.is_sent for trial in trials)
    put_right = sum(not _differing(one.reviewed, one.true) for one in taken)
    whole = sum(one.heard.status == "needs_review" for one in taken)
    return [
        within("missed and not sent to review", unseen, 0, "", digits=0),
        Figure("trials with a wrong point and not sent to review", str(unseen_trials)),
        Figure("trials sent to review", f"{sent} of {len(trials)} = {sent / len(trials):.1%}"),
        Figure("administrations with a trial sent to review", f"{whole} of {len(taken)}"),
        Figure("every measure right once those trials are put right", f"{put_right} of {len(taken)}"),
    ]


def _by_speaker(taken: list[Administered]) -> list[Figure]:
    figures = []
    for name in sorted({one.person.name for one in taken}):
        own = [one for one in taken if one.person.name == name]
        trials = [trial for one in own for trial in one.trials]
        exact, misread = sum(not one.missed for one in own), sum(trial.is_misread for trial in trials)
        sent = sum(trial.is_sent for trial in trials)
        value = (
            f"{exact} of {len(own)} right; of {len(trials)} trials {misread} with a wrong point, {sent} sent to review"
        )
        figures.append(Figure(f"speaker {name}", value))
    return figures


def _by_measure(taken: list[Administered]) -> list[Figure]:
    names = [measure.name for measure in taken[0].true.measures]
    return [
        Figure(f"{name} right", f"{sum(name not in one.missed for one in taken)} of {len(taken)}") for name in names
    ]


def _misses(taken: list[Administered]) -> list[Figure]:
    return [Figure(f"missed: {_name(one)}", _values(one)) for one in taken if one.missed]


def _name(one: Administered) -> str:
    return f"{one.person.name}, {one.person.profile.name}, seed {one.person.seed}"


def _values(one: Administered) -> str:
    true = {measure.name: measure.value for measure in one.true.measures}
    values = [f"{m.name} {m.value} for {true[m.name]} ({m.status})" for m in one.heard.measures if m.name in one.missed]
    return ", ".join(values)


def _line(one: Administered) -> str:
    """What is told of an administration while the others go on."""
    wrong = [
        f"{trial.answered.item_id} {trial.answered.score and trial.answered.score.answer}, {trial.true.answer} said"
        for trial in one.trials
        if trial.answered.score is None or trial.answered.score.answer != trial.true.answer
    ]
    return f"{_name(one)}: {len(one.trials)} trials; {_values(one) or 'right'}; misheard: {'; '.join(wrong) or 'none'}"
