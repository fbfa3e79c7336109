"""How a participant of a profile answers aloud: the words, the silences between them, and the sound of both."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from cognitive_assessment.simulation import answers, sound
from cognitive_assessment.simulation.profiles import Profile, latency_ms
from cognitive_assessment.simulation.vocabulary import NAMED, TENS, UNITS
from cognitive_assessment.simulation.voice import Voice

_PROMPT_S = 2.5
_RECALL_S = 25.0  # in which the words of a list come back
_RECKONING = 2.0  # a subtraction takes so many times as long as beginning to answer
_WITHIN_NUMBER_S = 0.06  # "twenty" and "four" are said in one breath

Question = dict[str, Any]
Part = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Spoken:
    """One answer: its sound, how long it took to begin, and what to print of it."""

    samples: sound.Samples
    onset_latency_ms: float
    said: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """One person's mouth in one session."""

    voice: Voice
    profile: Profile
    seed: int
    time_zone: str

    def chance(self, *about: object) -> random.Random:
        """Chance of its own for each answer, so that it does not depend on what came before or how long it took."""
        return random.Random("/".join(map(str, (self.seed, *about))))  # noqa: S311  # no secret

    def answer(
        self, question: Question, heard: list[list[str]], rng: random.Random, *, now: dt.datetime
    ) -> Spoken | None:
        """What is said to a question after the words that were `heard`; nothing where this voice has no word for it."""
        words = self._words(question, heard, rng, now)
        if not words:
            return None
        latency = latency_ms(rng, self.profile.onset_latency_ms)
        sounds = [self.voice.say(word, rng) for word in words]
        gaps_s = self._gaps_s(question, words, sounds, latency / 1000, rng)
        samples = sound.compose(sounds[: len(gaps_s)], gaps_s, rng=rng, whole_s=question["answer"].get("fixed_s"))
        longest = int(question["answer"]["max_s"] * sound.SAMPLE_RATE_HZ)
        return Spoken(samples[:longest], latency, " ".join(words[: len(gaps_s)]))

    def say_again(self, question: Question, heard: sound.Samples, rng: random.Random) -> Spoken:
        """Give back the sentence that was heard, in the voice in which it was heard: all of it, or its beginning."""
        fraction = answers.sentence_fraction(question["parameters"]["words"], self.profile, rng)
        latency = latency_ms(rng, self.profile.onset_latency_ms)
        samples = sound.compose([heard[: int(fraction * heard.size)]], [latency / 1000], rng=rng)
        said = "the sentence" if fraction == 1 else f"the first {fraction:.0%} of the sentence"
        return Spoken(samples, latency, said)

    def _words(self, question: Question, heard: list[list[str]], rng: random.Random, now: dt.datetime) -> list[str]:
        if question["answer"]["kind"] == "digits":
            return [UNITS[int(digit)] for digit in answers.digits_said(question, self.profile, rng)]
        if self.voice.can_say(question["item_id"]):
            return [question["item_id"]]  # a recording of the whole answer, named for the question
        if "subtrahend" in question["parameters"]:
            phrases = answers.subtraction_phrases(question, self.profile, rng)
            return [word for phrase in phrases for word in phrase]
        if heard:
            is_fresh = (question["stimulus"] or {}).get("kind") == "words"
            trials = heard if is_fresh else [*heard, []]
            return answers.words_recalled(trials, self.profile, rng, strengths=self.chance("strengths"))
        if question["answer"]["kind"] == "words":
            say = answers.name_said if question["item_id"] in NAMED else answers.things_said
            return say(question["item_id"], self.profile, rng)
        return answers.orientation_phrase(question, now.astimezone(ZoneInfo(self.time_zone)), self.profile, rng)

    def _gaps_s(
        self, question: Question, words: list[str], sounds: list[sound.Samples], first_s: float, rng: random.Random
    ) -> list[float]:
        """The silence before each word; fewer than words where the time is over before all are said."""
        if "subtrahend" in question["parameters"]:
            return self._gaps_between_numbers_s(words, first_s, rng)
        if question["answer"]["kind"] == "words":
            durations_s = [one.size / sound.SAMPLE_RATE_HZ for one in sounds]
            limit_s = min(question["answer"]["max_s"], question["answer"].get("fixed_s", _RECALL_S))
            return answers.gaps_before_things_s(durations_s, first_s, limit_s, rng)
        if question["answer"]["kind"] == "date":
            return [first_s] + [_WITHIN_NUMBER_S] * (len(sounds) - 1)
        between_ms = self.profile.gap_between_digits_s * 1000
        return [first_s, *(latency_ms(rng, between_ms) / 1000 for _ in sounds[1:])]

    def _gaps_between_numbers_s(self, words: list[str], first_s: float, rng: random.Random) -> list[float]:
        """A breath within a number, and time to reckon before the next."""
        reckoning_ms = self.profile.onset_latency_ms * _RECKONING
        return [first_s] + [
            _WITHIN_NUMBER_S if before in TENS and word in UNITS else latency_ms(rng, reckoning_ms) / 1000
            for before, word in pairwise(words)
        ]


def heard_in(part: Part, question: Question) -> list[list[str]]:
    """The words that were heard in this instrument up to this question: their files are named for them."""
    ids = [one["item_id"] for one in part["questions"]]
    stimuli = [one["stimulus"] or {} for one in part["questions"][: ids.index(question["item_id"]) + 1]]
    return [[PurePosixPath(path).stem for path in one["audio"]] for one in stimuli if one.get("kind") == "words"]


def listening_s(question: Question) -> float:
    """How long one listens before one answers; a picture is only seen."""
    stimulus = question["stimulus"] or {}
    if "audio" not in stimulus:
        return _PROMPT_S
    return float(len(stimulus["audio"]) * stimulus["interval_ms"] / 1000)
