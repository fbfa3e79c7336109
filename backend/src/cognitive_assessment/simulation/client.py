"""The public HTTP API as a browser uses it: nothing is given up while the server is away for a while."""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests

from cognitive_assessment.errors import CognitiveAssessmentError, Unavailable

_TUS = {"Tus-Resumable": "1.0.0"}
_AWAY = frozenset({502, 503, 504})
_PAUSE_S = 0.5
_LONGEST_PAUSE_S = 5.0


class Refused(CognitiveAssessmentError):
    """The server said no; the message is its own."""

    code = "refused"

    def __init__(self, status: int, message: str, remedy: str | None) -> None:
        super().__init__(message, remedy=remedy)
        self.status = status


@dataclass
class Client:
    """One person's connection to a system; a call is repeated while the system is away, `patience_s` at most."""

    url: str
    patience_s: float = 60.0
    token: str | None = None
    say: Callable[[str], None] = print
    http: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON that a call answers; raises `Refused`, or `Unavailable` when patience ends."""
        answer = self._send(method, path, json=body)
        return answer.json() if answer.content else None

    def fetch(self, path: str) -> bytes:
        """A file, such as a sound that a participant hears; raises as `call` does."""
        return self._send("GET", path).content

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        deadline = time.monotonic() + self.patience_s
        pause_s, is_told = _PAUSE_S, False
        while True:
            try:
                answer = self._once(method, path, **options)
                if answer.status_code not in _AWAY:
                    return _sound(answer)
                why = f"status {answer.status_code}"
            except requests.RequestException as error:
                why = type(error).__name__
            if time.monotonic() > deadline:
                raise Unavailable(f"{self.url} cannot be reached ({why}).", remedy="Is `cas serve` running there?")
            if not is_told:
                self.say(f"The server is away ({why}); trying again")
                is_told = True
            time.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    def _once(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = dict(options.pop("headers", {}))
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        return self.http.request(method, self.url + path, headers=headers, timeout=(5, 60), **options)

    def upload(self, ids: dict[str, str], media_type: str, pieces: list[bytes], *, wait: Callable[[], None]) -> None:
        """Send a recording by tus while it is being made: its length is told with the last piece."""
        metadata = {**ids, "filetype": media_type, "settings": json.dumps({"autoGainControl": False})}
        pairs = ",".join(f"{name} {_base64(value.encode())}" for name, value in metadata.items())
        self._send("POST", "/api/uploads", headers={**_TUS, "Upload-Defer-Length": "1", "Upload-Metadata": pairs})
        path = f"/api/uploads/{ids['recording_id']}"
        whole, made = b"".join(pieces), 0
        for number, piece in enumerate(pieces):
            wait()
            made += len(piece)
            self._send_up_to(path, whole, made, is_last=number == len(pieces) - 1)

    def _send_up_to(self, path: str, whole: bytes, end: int, *, is_last: bool) -> None:
        """Bring the server to `end`, going on from whatever it holds, until patience ends."""
        deadline = time.monotonic() + self.patience_s
        while True:
            head = self._send("HEAD", path, headers=_TUS).headers
            offset = int(head["Upload-Offset"])
            if offset >= end and (not is_last or "Upload-Length" in head):
                return
            bytes_ = whole[offset:end]
            headers = {
                **_TUS,
                "Content-Type": "application/offset+octet-stream",
                "Upload-Offset": str(offset),
                "Upload-Checksum": f"sha256 {_base64(hashlib.sha256(bytes_).digest())}",
            }
            if is_last:
                headers["Upload-Length"] = str(end)
            try:
                answer = self._once("PATCH", path, headers=headers, data=bytes_)
            except requests.RequestException:
                answer = None  # it may have arrived or not: HEAD tells
            if answer is not None and answer.status_code not in _AWAY | {409, 460}:
                _sound(answer)
            if time.monotonic() > deadline:
                raise Unavailable(f"The upload to {self.url} does not go on.")
            if answer is None or answer.status_code != 204:
                time.sleep(_PAUSE_S)


def _sound(answer: requests.Response) -> requests.Response:
    if answer.ok:
        return answer
    try:
        problem = answer.json()
    except ValueError:
        problem = {}
    message = problem.get("detail") or f"The server answered {answer.status_code}."
    places = "; ".join(f"{one['field']}: {one['message']}" for one in problem.get("errors", []))
    raise Refused(answer.status_code, f"{message} {places}".strip(), problem.get("remedy"))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()
