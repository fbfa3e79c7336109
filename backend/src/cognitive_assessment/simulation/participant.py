"""A simulated participant takes a whole session through the public HTTP API."""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from cognitive_assessment.simulation.answers import Answers
from cognitive_assessment.simulation.client import Client, now
from cognitive_assessment.simulation.profiles import Profile
from cognitive_assessment.simulation.voice import Voice

_PAUSE_S = {"digits": 0.35, "date": 0.1, "words": 1.2}
_LONGEST_LOOK_S = 20.0
_LOOK_EVERY_S = 0.25
_SAMPLE_BYTES_PER_S = 32_000


@dataclass(frozen=True, slots=True)
class Done:
    """What was taken: the session, how many answers it has, and how long the result took after the last."""

    session_id: str
    answer_count: int
    started_at: dt.datetime


class Participant:
    """Goes through the plan as the pages do: questions in order, stop rules, a second try, completion.

    Parameters
    ----------
    client : Client
        Signed in by an invitation.
    profile, voice : Profile, Voice
        Who answers, and how it sounds.
    time_zone : str
        Of the session.
    rng : numpy.random.Generator
        Of everything that varies.
    say : callable
        Told a line as each part begins.
    is_waiting : bool
        Take as long as a person does; otherwise every answer follows at once.
    """

    def __init__(
        self,
        client: Client,
        profile: Profile,
        voice: Voice,
        *,
        time_zone: str,
        rng: np.random.Generator,
        say: Callable[[str], None],
        is_waiting: bool,
    ) -> None:
        self._client = client
        self._voice = voice
        self._time_zone = time_zone
        self._rng = rng
        self._say = say
        self._is_waiting = is_waiting
        self._profile = profile
        self._answers = Answers(profile, voice, dt.datetime.now(ZoneInfo(time_zone)), rng)
        self._session_id = str(uuid.uuid4())
        self._count = 0

    def take(self, battery: str, locale: str, *, seed: int | None = None) -> Done:
        """Take one session from consent to satisfaction."""
        started_at = dt.datetime.now(dt.UTC)
        body = {
            "id": self._session_id,
            "battery": battery,
            "locale": locale,
            "time_zone": self._time_zone,
            "client_time": now(),
            "device": {"user_agent": f"cas simulate ({self._profile.name})"},
            "consent": {"text_version": "simulated", "given_at": now()},
            "is_simulated": True,
            **({} if seed is None else {"seed": seed}),
        }
        session = self._client.call("POST", "/api/sessions", body)
        for part in session["plan"]["parts"]:
            self._say(part["title"])
            self._take_part(part)
        path = f"/api/sessions/{self._session_id}"
        self._client.call("POST", f"{path}/complete", {"question_count": self._count})
        self._client.call("POST", f"{path}/satisfaction", {"rating": int(self._rng.integers(3, 6))})
        return Done(self._session_id, self._count, started_at)

    def _take_part(self, part: Mapping[str, Any]) -> None:
        stopped: set[str | None] = set()
        rules = {rule["block"]: rule for rule in part["stop_rules"]}
        asked: dict[tuple[str, Any], list[str]] = {}
        for question in part["questions"]:
            block = question["block"]
            if block in stopped:
                self._put(part, question, {"kind": "skipped", "reason": "stop_rule"})
                continue
            question_id = self._ask(part, question)
            rule = rules.get(block)
            if rule is None or question["is_practice"]:
                continue
            group = asked.setdefault((block, question["parameters"][rule["per"]]), [])
            group.append(question_id)
            if len(group) >= rule["misses"] and self._misses(part["instrument"], group) >= rule["misses"]:
                stopped.add(block)
        self._ask_again(part)

    def _ask(self, part: Mapping[str, Any], question: Mapping[str, Any], *, attempt: int = 1) -> str:
        if question["kind"] == "symbol_digit":
            trials, summary = self._answers.trials(question["parameters"])
            self._wait(summary["duration_ms"] / 1000)
            return self._put(part, question, {"kind": "trials", "trials": trials, "summary": summary})
        words = self._answers.words(part["instrument"], question)
        if words is None:
            return self._put(part, question, {"kind": "skipped", "reason": "participant"}, attempt=attempt)
        pause_s = _PAUSE_S.get(question["answer"]["kind"], 0.3)
        sound = self._voice.say(words, thinking_s=self._profile.thinking_s, pause_s=pause_s, rng=self._rng)
        presented_at = now()
        self._wait(len(sound) / _SAMPLE_BYTES_PER_S)
        question_id = str(uuid.uuid4())
        recording_id = self._client.upload(self._session_id, question_id, sound)
        response = {"kind": "spoken", "recording_id": recording_id, "onset_latency_ms": 0.0}
        return self._put(part, question, response, attempt=attempt, question_id=question_id, presented_at=presented_at)

    def _put(
        self,
        part: Mapping[str, Any],
        question: Mapping[str, Any],
        response: dict[str, Any],
        *,
        attempt: int = 1,
        question_id: str | None = None,
        presented_at: str | None = None,
    ) -> str:
        question_id = question_id or str(uuid.uuid4())
        answered_at = now()
        body = {
            "instrument": part["instrument"],
            "item_id": question["item_id"],
            "attempt": attempt,
            "presented_at": presented_at or answered_at,
            "answered_at": answered_at,
            "response": response,
        }
        self._client.call("PUT", f"/api/sessions/{self._session_id}/questions/{question_id}", body)
        self._count += 1
        return question_id

    def _misses(self, instrument: str, question_ids: list[str]) -> int:
        found = self._outcomes(instrument)
        return sum(found.get(one, {}).get("outcome") == "wrong" for one in question_ids)

    def _ask_again(self, part: Mapping[str, Any]) -> None:
        if all(question["kind"] != "spoken" for question in part["questions"]):
            return
        again = {one["item_id"] for one in self._outcomes(part["instrument"]).values() if one["outcome"] == "ask_again"}
        for question in part["questions"]:
            if question["item_id"] in again and not question["is_practice"]:
                self._ask(part, question, attempt=2)

    def _outcomes(self, instrument: str) -> dict[str, dict[str, Any]]:
        """What is known of each answer of an instrument, once nothing waits any more or it has taken too long."""
        path = f"/api/sessions/{self._session_id}/outcomes?instrument={instrument}"
        deadline = time.monotonic() + _LONGEST_LOOK_S
        while True:
            found = self._client.call("GET", path)["outcomes"]
            if all(one["outcome"] != "waiting" for one in found) or time.monotonic() > deadline:
                return {one["question_id"]: one for one in found}
            time.sleep(_LOOK_EVERY_S)

    def _wait(self, seconds: float) -> None:
        if self._is_waiting:
            time.sleep(seconds)
