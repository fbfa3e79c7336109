"""Work on one recording: scan, decode, gate, transcribe, read the answer, score it, keep what the recogniser heard."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
from collections.abc import Iterator
from typing import Any, BinaryIO
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from cognitive_assessment import blobs
from cognitive_assessment.config import settings
from cognitive_assessment.errors import DamagedBlob, HarmfulFile, Unavailable, UnreadableAudio
from cognitive_assessment.instruments.scoring import not_scorable, score_question
from cognitive_assessment.jobs import playback, questions_in_plan, readers
from cognitive_assessment.jobs.as_given import score_as_given
from cognitive_assessment.models.answer_reader import AnswerReading
from cognitive_assessment.ops import scanner, traces
from cognitive_assessment.ops.metrics.events import events, timed
from cognitive_assessment.records.answers import QuestionContext
from cognitive_assessment.records.scores import Score
from cognitive_assessment.store import acting, questions, recordings, scores, sessions
from cognitive_assessment.store.engine import transaction
from cognitive_assessment.store.rows import Row

WAVEFORM_POINTS = 600
_PIECE_BYTES = 1 << 20


def run(recording_id: str) -> None:
    """Measure one recording and score its question; one that these models have measured already is left as it is.

    One in which the scanner found something is kept sealed, and looked at again when this is asked for again.
    """
    loaded = _load(UUID(recording_id))
    if loaded is None:
        return
    recording, session, question = loaded
    if recording["scan_finding"] is not None and settings().scanner is None:
        raise Unavailable("A scanner has refused this recording, and this worker has none to ask.")
    planned = questions_in_plan.find(session["plan"], question["instrument"], question["item_id"])
    context = questions_in_plan.context_of(session, question, planned)
    kind = {"answer_kind": planned["answer"]["kind"], "instrument": question["instrument"]}
    try:
        with _open(recording) as sound:
            scanner.require_harmless(sound)
            with timed(events().recognition_s), traces.span("model read", **kind):
                reading = readers.reader().read(sound, answer_kind=kind["answer_kind"], locale=session["locale"])
                traces.note({"audio_s": reading.quality.duration_s})
    except HarmfulFile as error:
        if error.found != recording["scan_finding"]:
            score = not_scorable(question["instrument"], context, error.message)
            if _save(recording, question, None, score, found=error.found):
                events().scan_findings.labels(scanner.kind(error.found)).inc()
        return
    except (UnreadableAudio, DamagedBlob) as error:
        if recording["scan_finding"] is not None and isinstance(error, DamagedBlob):
            return  # it could not be looked at again, so what was found stands
        _save(recording, question, None, not_scorable(question["instrument"], context, error.message))
        return
    events().recognised_s.inc(reading.quality.duration_s)
    with traces.span("score", instrument=question["instrument"]):
        score = score_reading(question, context, reading)
    _save(recording, question, reading, score)


def score_reading(question: Row, context: QuestionContext, reading: AnswerReading) -> Score:
    """The score of a question whose recording was read; silence counts as an answer only where it was asked twice."""
    onset_ms = question["response"]["onset_latency_ms"]
    answer = dataclasses.replace(reading.answer, recording_onset_s=None if onset_ms is None else onset_ms / 1000)
    if question["attempt"] > 1 and reading.quality.problems == ("no_speech",):
        silence = dataclasses.replace(answer, is_silence=True)
        return score_question(question["instrument"], context, silence)
    if not reading.quality.is_usable:
        reason = reading.answer.reason or "The recording is too poor to be read."
        return not_scorable(question["instrument"], context, reason)
    return score_question(question["instrument"], context, answer)


def _load(recording_id: UUID) -> tuple[Row, Row, Row] | None:
    with transaction() as connection:
        acting.work_on(connection, of="recording", row_id=recording_id)
        recording = recordings.get(connection, recording_id)
        if recording is None or recording["state"] != "complete":
            return None
        question = questions.get(connection, recording["question_id"])
        if question is None or question["recording_id"] != recording_id:
            return None
        if scores.has_of_versions(connection, question["id"], readers.versions()):
            return None
        session = recordings.session_of(connection, recording_id)
        return None if session["state"] == "withdrawn" else (recording, session, question)


def _open(recording: Row) -> BinaryIO:
    if recording["received_bytes"] == 0:
        raise UnreadableAudio("The recording is empty.")
    data_key = blobs.key_ring().of(recording["user_id"])
    return blobs.store().open(f"recordings/{recording['id']}", data_key, recording["stored_bytes"])


def _save(
    recording: Row, question: Row, reading: AnswerReading | None, score: Score, *, found: str | None = None
) -> bool:
    """Keep it all; false if the session was withdrawn meanwhile, of which nothing more is kept."""
    values: dict[str, Any] = {"sha256": _sha256(recording), "scan_finding": found}
    if reading is not None:
        values |= {
            "quality": dataclasses.asdict(reading.quality),
            "duration_s": reading.quality.duration_s,
            "waveform": waveform(reading.samples),
            "playback_stored_bytes": playback.keep(recording, reading.samples, reading.sample_rate_hz),
        }
    with transaction() as connection:
        acting.work_on(connection, of="recording", row_id=recording["id"])
        if sessions.get(connection, question["session_id"], is_locked=True)["state"] == "withdrawn":
            return False  # while the recogniser listened
        score = score_as_given(connection, question, score)
        outcome, versions = outcome_of(score, reading, attempt=question["attempt"]), readers.versions()
        if found is not None:  # no model has heard it, and asking again would not help
            outcome, versions = "doubtful", {"software": readers.software_version(), "scanner": found}
        recordings.save_measured(connection, recording["id"], **values)
        if blobs.mirrored() is not None and found is None:
            recordings.queue_mirroring(connection, recording["id"])
        seal = functools.partial(blobs.seal_json, blobs.key_ring().of(recording["user_id"]))
        if reading is not None:
            scores.add_transcript(connection, recording["id"], reading.transcript, seal=seal)
        scores.add(connection, question["id"], score, seal=seal, outcome=outcome, versions=versions)
        sessions.queue_result(connection, question["session_id"])
    return True


def _sha256(recording: Row) -> str | None:
    digest = hashlib.sha256()
    try:
        for piece in _pieces(_open(recording)):
            digest.update(piece)
    except (DamagedBlob, UnreadableAudio):
        return None
    return digest.hexdigest()


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def outcome_of(score: Score, reading: AnswerReading | None, *, attempt: int) -> str:
    """What a score means for the administration, in the words of the API."""
    is_unreadable = reading is None or not reading.quality.is_usable
    if is_unreadable and attempt == 1:
        return "ask_again"
    if score.status != "scored":
        return "doubtful"
    if "points" not in score.values:
        return "done"
    return "right" if score.values["points"] > 0 else "wrong"


def waveform(samples: NDArray[np.float32]) -> list[float]:
    """At most 600 peak values from 0 to 1 over the whole recording, for drawing it."""
    if samples.size == 0:
        return []
    edges = np.linspace(0, samples.size, min(WAVEFORM_POINTS, samples.size) + 1).astype(int)
    peaks = np.maximum.reduceat(np.abs(samples), edges[:-1])
    return [round(float(peak), 3) for peak in np.minimum(peaks, 1.0)]
