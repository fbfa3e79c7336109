"""The public HTTP API as a participant's browser uses it."""

from __future__ import annotations

import datetime as dt
import io
import json
import uuid
from typing import Any, cast
from urllib.parse import urlsplit

import requests
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from cognitive_assessment.errors import CognitiveAssessmentError, InvalidInput, Unavailable

_TIMEOUT_S = 30.0
_CHUNK_BYTES = 1 << 18


class RefusedByServer(CognitiveAssessmentError):
    """The server answered with a problem."""


class Client:
    """One person's calls; `token` is set by the invitation that is accepted, or by signing in."""

    def __init__(self, url: str) -> None:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise InvalidInput(f"{url} is no web address.", field="url", remedy="For instance http://127.0.0.1:8000.")
        self.url = url.rstrip("/")
        self._http = requests.Session()

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Send JSON and give what came back; raises `RefusedByServer`, or `Unavailable` if nobody answers."""
        try:
            answer = self._http.request(method, f"{self.url}{path}", json=body, timeout=_TIMEOUT_S)
        except requests.RequestException as error:
            raise Unavailable(f"Nobody answers at {self.url}.", remedy="Start the system with `cas serve`.") from error
        if answer.ok:
            return answer.json() if answer.content else None
        try:
            problem = answer.json()
            words = f"{problem['title']} {problem.get('remedy') or ''}".strip()
        except (ValueError, KeyError):
            words = f"status {answer.status_code}"
        raise RefusedByServer(f"{method} {path}: {words}")

    def fetch(self, path: str) -> bytes | None:
        """A file of the system's pages, or None if there is none."""
        answer = self._http.get(f"{self.url}{path}", timeout=_TIMEOUT_S)
        return answer.content if answer.ok else None

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as staff."""
        self._use(self.call("POST", "/api/sign-in", {"email": email, "password": password})["token"])

    def accept(self, token: str) -> dict[str, Any]:
        """Accept an invitation and go on as its participant."""
        accepted = cast("dict[str, Any]", self.call("POST", "/api/invitations/accept", {"token": token}))
        self._use(accepted["token"])
        return accepted

    def upload(self, session_id: str, question_id: str, sound: bytes) -> str:
        """Upload a recording by tus and give its id."""
        recording_id = str(uuid.uuid4())
        metadata = {
            "recording_id": recording_id,
            "session_id": session_id,
            "question_id": question_id,
            "filetype": "audio/wav",
            "settings": json.dumps({"simulated": True}),
        }
        client = TusClient(f"{self.url}/api/uploads", headers=dict(self._http.headers))
        try:
            client.uploader(
                file_stream=io.BytesIO(sound), metadata=metadata, chunk_size=_CHUNK_BYTES, retries=3, retry_delay=1
            ).upload()
        except (TusCommunicationError, requests.RequestException) as error:
            raise RefusedByServer(f"The recording was not accepted: {error}") from error
        return recording_id

    def _use(self, token: str) -> None:
        self._http.headers["Authorization"] = f"Bearer {token}"


def now() -> str:
    """The time as the API wants it."""
    return dt.datetime.now(dt.UTC).isoformat()
