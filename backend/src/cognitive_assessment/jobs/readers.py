"""The one reader of spoken answers of this process, loaded when first needed and verified before it is used."""

from __future__ import annotations

import datetime as dt
import functools
import importlib.metadata
import os
import socket
import threading

from cognitive_assessment.config import settings
from cognitive_assessment.errors import CognitiveAssessmentError, UntrustedModel
from cognitive_assessment.models.answer_reader import AnswerReader
from cognitive_assessment.ops.metrics.events import events, timed
from cognitive_assessment.store import model_checks
from cognitive_assessment.store.engine import transaction

_loading = threading.Lock()
_loaded: list[AnswerReader] = []


def reader() -> AnswerReader:
    """The reader; raises `UntrustedModel` while a model file is missing or altered."""
    with _loading:
        if not _loaded:
            _loaded.append(_load())
        return _loaded[0]


def _load() -> AnswerReader:
    try:
        with timed(events().model_load_s):
            return AnswerReader.load(settings().asr_model, settings().models_dir)
    except UntrustedModel:
        events().model_load_failures.inc()
        raise


@functools.cache
def software_version() -> str:
    """Of the installed package."""
    return importlib.metadata.version("cognitive-assessment")


def versions() -> dict[str, str]:
    """What a score rests on: software, recogniser and model."""
    return {"software": software_version(), **reader().versions}


def worker_name() -> str:
    """Under which this process reports its checks."""
    return f"{socket.gethostname()}:{os.getpid()}"


def withdraw_check() -> None:
    """Before this process ends: what it found of the models holds no longer."""
    with transaction() as connection:
        model_checks.forget(connection, worker_name())


def report_check() -> bool:
    """Verify files and prediction anew and tell the database, where the API's health check reads it."""
    try:
        reader().verify()
        is_verified, message = True, "Models loaded"
    except CognitiveAssessmentError as error:
        is_verified, message = False, error.message
        with _loading:
            _loaded.clear()
    with transaction() as connection:
        model_checks.report(connection, worker_name(), is_verified, message, at=dt.datetime.now(dt.UTC))
    return is_verified
