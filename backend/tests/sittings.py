"""A session over HTTP on a running system: answers are spoken or left out, and its result is waited for."""

from __future__ import annotations

from typing import Any

from api_clients import BYTES, TUS, Upload, spoken_body
from recorded import spoken_digits
from systems import Caller, ids, wait_until


def create(upload: Upload, length: int | None) -> None:
    of_length = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
    headers = {**TUS, **of_length, "Upload-Metadata": upload.metadata()}
    assert upload.person("POST", "/api/uploads", headers=headers).status_code == 201


def patch(upload: Upload, offset: int, data: bytes, **headers: str) -> Any:
    return upload.person("PATCH", upload.path, headers={**BYTES, "Upload-Offset": str(offset), **headers}, data=data)


def put(participant: Caller, session: dict[str, Any], instrument: str, item_id: str, response: Any, **more: Any) -> str:
    question_id = more.pop("question_id", ids()[0])
    body = spoken_body("", instrument=instrument, item_id=item_id, response=response)
    answer = participant("PUT", f"/api/sessions/{session['id']}/questions/{question_id}", body)
    assert answer.status_code == 201, answer.text
    return question_id


def finish(participant: Caller, staff: Caller, session: dict[str, Any], answered: set[str]) -> dict[str, Any]:
    """Skip whatever is not answered, complete, and wait for the result."""
    count = 0
    for part in session["plan"]["parts"]:
        for question in part["questions"]:
            count += 1
            if question["item_id"] not in answered:
                skipped = {"kind": "skipped", "reason": "participant"}
                put(participant, session, part["instrument"], question["item_id"], skipped)
    path = f"/api/sessions/{session['id']}"
    assert participant("POST", f"{path}/complete", {"question_count": count}).status_code == 202

    def result() -> dict[str, Any] | None:
        body = staff("GET", f"{path}/result").json()
        return body if body["status"] == "ready" else None

    return wait_until(result, 60)  # type: ignore[no-any-return]


def answer_digits(participant: Caller, session: dict[str, Any]) -> tuple[str, str]:
    """Say the first sequence as it should be said; returns the question's id and the digits."""
    instrument, question = next(
        (part["instrument"], question)
        for part in session["plan"]["parts"]
        for question in part["questions"]
        if question["item_id"] == "forward_3_1"
    )
    content = spoken_digits(question["stimulus"]["digits"])
    upload = Upload(participant, session["id"])  # type: ignore[arg-type]
    create(upload, len(content))
    assert patch(upload, 0, content).status_code == 204
    response = {"kind": "spoken", "recording_id": upload.recording_id, "onset_latency_ms": 600.0}
    put(participant, session, instrument, question["item_id"], response, question_id=upload.question_id)
    return upload.question_id, question["stimulus"]["digits"]


def found_question(result: dict[str, Any], question_id: str) -> dict[str, Any]:
    return next(q for i in result["instruments"] for q in i["questions"] if q["question_id"] == question_id)
