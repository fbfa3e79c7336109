"""A simulated participant: takes a whole session as a browser would, at a person's pace or quicker."""

from __future__ import annotations

import datetime as dt
import io
import math
import random
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from cognitive_assessment.errors import Conflict
from cognitive_assessment.simulation import answers, sound, touch, way
from cognitive_assessment.simulation.client import Client
from cognitive_assessment.simulation.profiles import Profile, latency_ms
from cognitive_assessment.simulation.vocabulary import TENS, UNITS
from cognitive_assessment.simulation.voice import Voice
from cognitive_assessment.speech.decode import decode

_LOOK_S = 6.0
_LOOK_EVERY_S = 0.25
_PIECE_S = 1.0
_INSTRUCTIONS_S = 8.0
_PROMPT_S = 2.5
_RECALL_S = 25.0  # in which the words of a list come back
_RECKONING = 2.0  # a subtraction takes so many times as long as beginning to answer
_WITHIN_NUMBER_S = 0.06  # "twenty" and "four" are said in one breath

Question = dict[str, Any]
Part = dict[str, Any]


@dataclass
class Participant:
    """One person before one session; `speed` shortens every wait, time stamps stay those of the clock.

    A planned delay is the exception: what `speed` leaves out of it is added to every later time stamp (`ahead`), so
    that the session holds the delay as it would have been. Only a session that is marked as simulated may do so.
    """

    client: Client
    voice: Voice
    profile: Profile
    seed: int
    say: Callable[[str], None]
    speed: float = 1.0
    session: dict[str, Any] = field(default_factory=dict)
    answered: dict[tuple[str, str], dt.datetime] = field(default_factory=dict)
    ahead: dt.timedelta = dt.timedelta()
    sent_count: int = 0
    said: list[dict[str, Any]] = field(default_factory=list)

    def open_session(self, accepted: dict[str, Any], *, time_zone: str) -> None:
        """Start the session of an accepted invitation, or go on with the one that was begun."""
        if accepted.get("session_id"):
            self.session = self.client.call("GET", f"/api/sessions/{accepted['session_id']}")
        else:
            text = self.client.call("GET", f"/api/me/consent?locale={accepted['locale']}")["text"]
            now = _now().isoformat()
            body = {
                "id": str(uuid.uuid4()),
                "battery": accepted["battery"],
                "locale": accepted["locale"],
                "time_zone": time_zone,
                "client_time": now,
                "device": {"user_agent": f"cas simulate ({self.profile.name})"},
                "consent": {"text_version": text["version"], "sha256": text["sha256"], "given_at": now},
                "is_simulated": True,
                "seed": self.seed,
            }
            self.session = self.client.call("POST", "/api/sessions", body)
        self.answered = {
            (one["instrument"], one["item_id"]): dt.datetime.fromisoformat(one["answered_at"])
            for one in self.session["answered"]
        }
        if self.answered:  # whoever goes on goes on after what was answered, however far ahead that was
            self.ahead = max(max(self.answered.values()) - _now(), dt.timedelta())
        self.sent_count = len(self.session["answered"])

    @property
    def path(self) -> str:
        """Where the session is."""
        return f"/api/sessions/{self.session['id']}"

    def take_session(self) -> None:
        """Answer every question that is not answered yet, and complete the session; again is harmless."""
        parts = self.session["plan"]["parts"]
        while (step := way.next_step(parts, self.answered, self._now())) is not None:
            if isinstance(step, dt.datetime):
                self._let_pass(step)
            else:
                self._go_on(*step)
        self.client.call("POST", f"{self.path}/complete", {"question_count": self.sent_count})
        self.client.call("POST", f"{self.path}/satisfaction", {"rating": self._rng("rating").choice((3, 4, 5))})

    def _go_on(self, part: Part, question: Question) -> None:
        """Answer one question, and what follows from that."""
        if question["not_before"] or question is part["questions"][0]:
            self.say(f"{part['title']}")
            self._wait(_INSTRUCTIONS_S)
        self._answer(part, question, attempt=1)
        self._apply_stop_rule(part, question)
        if question["again"] == "at_once" and question["kind"] == "spoken":
            self._answer_again(part, [question])
        if all((part["instrument"], one["item_id"]) in self.answered for one in part["questions"]):
            spoken = [one for one in part["questions"] if one["kind"] == "spoken" and one["again"] == "at_end"]
            self._answer_again(part, spoken)

    def _let_pass(self, until: dt.datetime) -> None:
        """Wait for a delay to be over, or as much of it as `speed` leaves, and date what follows after it."""
        if not self.session["is_simulated"]:
            raise Conflict("Only a session that is marked as simulated may leave out a delay.")
        left = until - self._now()
        self.say(f"  (a delay of {left.total_seconds() / 60:.1f} min)")
        self._wait(left.total_seconds())
        self.ahead += max(until - self._now(), dt.timedelta())

    def _now(self) -> dt.datetime:
        return _now() + self.ahead

    def _rng(self, *about: object) -> random.Random:
        """Chance of its own for each answer, so that it does not depend on what came before or how long it took."""
        return random.Random("/".join(map(str, (self.seed, *about))))  # noqa: S311  # no secret

    def _answer(self, part: Part, question: Question, *, attempt: int) -> None:
        question_id = str(uuid.uuid4())
        presented_at = self._now()
        rng = self._rng(part["instrument"], question["item_id"], attempt)
        response, said = self._respond(part, question, question_id, rng)
        self._put(part, question, question_id, presented_at, response, attempt)
        about = {"instrument": part["instrument"], "item_id": question["item_id"], "attempt": attempt}
        self.said.append({**about, "said": said})
        word = ""
        if question["is_practice"]:
            self._look(part, lambda found: _outcome_of(found, question["item_id"]) != "waiting")
            word = "  (practice)"
        self.say(f"  {question['title']:<34} {said}{word}{'  (again)' if attempt > 1 else ''}")

    def _put(
        self,
        part: Part,
        question: Question,
        question_id: str,
        presented_at: dt.datetime,
        response: dict[str, Any],
        attempt: int,
    ) -> None:
        body = {
            "instrument": part["instrument"],
            "item_id": question["item_id"],
            "attempt": attempt,
            "presented_at": presented_at.isoformat(),
            "answered_at": (answered_at := self._now()).isoformat(),
            "response": response,
        }
        self.client.call("PUT", f"{self.path}/questions/{question_id}", body)
        self.answered[part["instrument"], question["item_id"]] = answered_at
        self.sent_count += 1

    def _respond(
        self, part: Part, question: Question, question_id: str, rng: random.Random
    ) -> tuple[dict[str, Any], str]:
        """The response, and what to print of it."""
        heard = _heard(part, question)
        if question["kind"] in touch.HANDS:
            parameters = {**question["parameters"], "heard": {word for words in heard for word in words}}
            response, said, duration_s = touch.HANDS[question["kind"]](parameters, self.profile, rng)
            self._wait(duration_s)
            return response, said
        if (question["stimulus"] or {}).get("kind") == "sentence":
            return self._say_again(question, question_id, rng)
        self._wait(self._stimulus_s(question))
        words = self._words(question, heard, rng)
        if not words:
            return {"kind": "skipped", "reason": "participant"}, "skipped: this voice has no word for it"
        latency = latency_ms(rng, self.profile.onset_latency_ms)
        sounds = [self.voice.say(word, rng) for word in words]
        gaps_s = self._gaps_s(question, words, sounds, latency / 1000, rng)
        samples = sound.compose(sounds[: len(gaps_s)], gaps_s, rng=rng, whole_s=question["answer"].get("fixed_s"))
        recording_id = self._record(samples[: int(question["answer"]["max_s"] * sound.SAMPLE_RATE_HZ)], question_id)
        response = {"kind": "spoken", "recording_id": recording_id, "onset_latency_ms": round(latency, 1)}
        return response, " ".join(words[: len(gaps_s)])

    def _say_again(self, question: Question, question_id: str, rng: random.Random) -> tuple[dict[str, Any], str]:
        """Give back the sentence that was heard, in the voice in which it was heard: all of it, or its beginning."""
        heard = decode(io.BytesIO(self.client.fetch(question["stimulus"]["audio"][0]))).samples
        self._wait(heard.size / sound.SAMPLE_RATE_HZ)
        fraction = answers.sentence_fraction(question["parameters"]["words"], self.profile, rng)
        latency = latency_ms(rng, self.profile.onset_latency_ms)
        samples = sound.compose([heard[: int(fraction * heard.size)]], [latency / 1000], rng=rng)
        recording_id = self._record(samples, question_id)
        response = {"kind": "spoken", "recording_id": recording_id, "onset_latency_ms": round(latency, 1)}
        return response, "the sentence" if fraction == 1 else f"the first {fraction:.0%} of the sentence"

    def _stimulus_s(self, question: Question) -> float:
        stimulus = question["stimulus"]
        if stimulus is None:
            return _PROMPT_S
        return float(len(stimulus["audio"]) * stimulus["interval_ms"] / 1000)

    def _words(self, question: Question, heard: list[list[str]], rng: random.Random) -> list[str]:
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
            return answers.words_recalled(trials, self.profile, rng, strengths=self._rng("strengths"))
        if question["answer"]["kind"] == "words":
            return answers.things_said(question["item_id"], self.profile, rng)
        now = self._now().astimezone(ZoneInfo(self.session["time_zone"]))
        return answers.orientation_phrase(question, now, self.profile, rng)

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

    def _record(self, samples: sound.Samples, question_id: str) -> str:
        """Upload a recording while it is made; returns its id."""
        recorded = sound.encode(samples)
        count = max(1, round(samples.size / sound.SAMPLE_RATE_HZ / _PIECE_S))
        size = -(-len(recorded) // count)
        pieces = [recorded[start : start + size] for start in range(0, len(recorded), size)]
        recording_id = str(uuid.uuid4())
        ids = {"recording_id": recording_id, "session_id": self.session["id"], "question_id": question_id}
        self.client.upload(ids, sound.MEDIA_TYPE, pieces, wait=lambda: self._wait(_PIECE_S))
        return recording_id

    def _apply_stop_rule(self, part: Part, question: Question) -> None:
        rule = next((one for one in part["stop_rules"] if one["block"] == question["block"]), None)
        if rule is None or question["is_practice"]:
            return
        of_block = [one for one in part["questions"] if one["block"] == rule["block"] and not one["is_practice"]]
        level = question["parameters"][rule["per"]]
        group = [one["item_id"] for one in of_block if one["parameters"][rule["per"]] == level]
        if question["item_id"] != group[-1]:
            return
        found = self._look(part, lambda some: all(_outcome_of(some, item) != "waiting" for item in group))
        if sum(_outcome_of(found, item) == "wrong" for item in group) < rule["misses"]:
            return
        self.say(f"  {rule['block']} ends here: {rule['misses']} misses at {rule['per']} {level}")
        for left in of_block:
            if (part["instrument"], left["item_id"]) not in self.answered:
                skipped = {"kind": "skipped", "reason": "stop_rule"}
                self._put(part, left, str(uuid.uuid4()), self._now(), skipped, 1)

    def _answer_again(self, part: Part, asked: list[Question]) -> None:
        """Questions whose recording could not be read are asked once more; what was heard is not heard again."""
        spoken = {one["item_id"]: one for one in asked}
        if not spoken:
            return
        found = self._look(part, lambda some: all(one["outcome"] != "waiting" for one in some))
        for one in (some for some in found if some["item_id"] in spoken):
            question = spoken[one["item_id"]]
            if question["again"] == "at_once":
                question = {**question, "stimulus": None}
            if one["outcome"] == "ask_again" and one["attempt"] == 1 and not question["is_practice"]:
                self._answer(part, question, attempt=2)

    def _look(self, part: Part, is_enough: Callable[[list[dict[str, Any]]], bool]) -> list[dict[str, Any]]:
        """What is known of the answers, after waiting a little for what is not known yet."""
        deadline = time.monotonic() + _LOOK_S
        while True:
            body = self.client.call("GET", f"{self.path}/outcomes?instrument={part['instrument']}")
            found: list[dict[str, Any]] = body["outcomes"]
            if is_enough(found) or time.monotonic() > deadline:
                return found
            time.sleep(_LOOK_EVERY_S)

    def _wait(self, seconds: float) -> None:
        if self.speed < math.inf:
            time.sleep(seconds / self.speed)


def _heard(part: Part, question: Question) -> list[list[str]]:
    """The words that were heard in this instrument up to this question: their files are named for them."""
    ids = [one["item_id"] for one in part["questions"]]
    stimuli = [one["stimulus"] or {} for one in part["questions"][: ids.index(question["item_id"]) + 1]]
    return [[PurePosixPath(path).stem for path in one["audio"]] for one in stimuli if one.get("kind") == "words"]


def _outcome_of(found: list[dict[str, Any]], item_id: str) -> str:
    newest = [one["outcome"] for one in found if one["item_id"] == item_id]
    return newest[-1] if newest else "waiting"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
