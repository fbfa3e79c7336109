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
from typing import Any

from cognitive_assessment.errors import Conflict
from cognitive_assessment.simulation import sound, touch, way
from cognitive_assessment.simulation.client import Client
from cognitive_assessment.simulation.profiles import Profile
from cognitive_assessment.simulation.speaker import Speaker, Spoken, heard_in, listening_s
from cognitive_assessment.simulation.voice import Voice
from cognitive_assessment.speech.decode import decode

_LOOK_S = 6.0
_LOOK_EVERY_S = 0.25
_PIECE_S = 1.0
_INSTRUCTIONS_S = 8.0

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
        self.client.call(
            "POST", f"{self.path}/satisfaction", {"rating": self._speaker().chance("rating").choice((3, 4, 5))}
        )

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

    def _answer(self, part: Part, question: Question, *, attempt: int) -> None:
        question_id = str(uuid.uuid4())
        presented_at = self._now()
        rng = self._speaker().chance(part["instrument"], question["item_id"], attempt)
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
        heard = heard_in(part, question)
        if question["kind"] in touch.HANDS:
            parameters = {**question["parameters"], "heard": {word for words in heard for word in words}}
            response, said, duration_s = touch.HANDS[question["kind"]](parameters, self.profile, rng)
            self._wait(duration_s)
            return response, said
        spoken = self._speak(question, heard, rng)
        if spoken is None:
            return {"kind": "skipped", "reason": "participant"}, "skipped: this voice has no word for it"
        recording_id = self._record(spoken.samples, question_id)
        latency = round(spoken.onset_latency_ms, 1)
        return {"kind": "spoken", "recording_id": recording_id, "onset_latency_ms": latency}, spoken.said

    def _speak(self, question: Question, heard: list[list[str]], rng: random.Random) -> Spoken | None:
        """Listen, then answer."""
        speaker = self._speaker()
        stimulus = question["stimulus"] or {}
        if stimulus.get("kind") == "sentence":
            samples = decode(io.BytesIO(self.client.fetch(stimulus["audio"][0]))).samples
            self._wait(samples.size / sound.SAMPLE_RATE_HZ)
            return speaker.say_again(question, samples, rng)
        self._wait(listening_s(question))
        return speaker.answer(question, heard, rng, now=self._now())

    def _speaker(self) -> Speaker:
        return Speaker(self.voice, self.profile, self.seed, self.session["time_zone"])

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
        judged = way.group_to_judge(part, question)
        if judged is None:
            return
        rule, group = judged
        found = self._look(part, lambda some: all(_outcome_of(some, item) != "waiting" for item in group))
        if not way.is_over(rule, [_outcome_of(found, item) for item in group]):
            return
        level = question["parameters"][rule["per"]]
        self.say(f"  {rule['block']} ends here: {rule['misses']} misses at {rule['per']} {level}")
        for left in part["questions"]:
            is_left = left["block"] == rule["block"] and not left["is_practice"]
            if is_left and (part["instrument"], left["item_id"]) not in self.answered:
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


def _outcome_of(found: list[dict[str, Any]], item_id: str) -> str:
    newest = [one["outcome"] for one in found if one["item_id"] == item_id]
    return newest[-1] if newest else "waiting"


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
