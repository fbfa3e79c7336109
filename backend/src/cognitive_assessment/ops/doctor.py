"""What a system needs to run well, looked at one by one, each with what to do where it is missing."""

from __future__ import annotations

import http.client
import json
import shutil
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from cognitive_assessment.config import SETTINGS, Settings
from cognitive_assessment.errors import CognitiveAssessmentError, Conflict
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.ops import database_access, embedded_database, running_system
from cognitive_assessment.ops.backups import files
from cognitive_assessment.ops.ports import require_free_port

_HEALTH_LIMIT_S = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found; `remedy` says what to do if it is not well. A warning keeps no system from serving."""

    name: str
    is_well: bool
    message: str
    remedy: str | None = None
    is_warning: bool = False


def shown_settings(environment: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    """Name, value and whether it was set, of every setting; a secret's value is not told."""
    for setting in SETTINGS:
        text = environment.get(setting.name)
        value = "***" if text and setting.is_secret else text or setting.default or ""
        yield setting.name, value, bool(text)


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at everything in turn; a look that fails is a finding, and the others still follow."""
    looks: dict[str, Callable[[Settings], Iterator[Finding]]] = {
        "data folder": _data_folder,
        "pages": _pages,
        "instruments": _instruments,
        "database": _database,
        "backups": _backups,
        "models": _models,
        "people": people,
        "running system": examine_running,
    }
    for name, look in looks.items():
        try:
            yield from look(settings)
        except CognitiveAssessmentError as error:
            yield Finding(name, False, error.message, error.remedy)


def _data_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.exists():
        yield Finding("data folder", True, f"{folder} is not there yet; the first start makes it")
        return
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        remedy = "Give the user who runs `cas serve` the right to write there, or set CAS_DATA_DIR."
        yield Finding("data folder", False, f"{folder} cannot be written to: {error.strerror}", remedy)
        return
    free = shutil.disk_usage(folder).free
    message = f"{folder}, {free / 1e9:.1f} GB free"
    remedy = "Make room, or lower CAS_MIN_FREE_BYTES; uploads are refused until then."
    yield Finding("data folder", free >= settings.min_free_bytes, message, remedy)
    key = folder / "master.key"
    if key.exists() and key.stat().st_mode & 0o077:
        yield Finding("master key", False, f"{key} can be read by other users", f"chmod 600 {key}")


def _pages(settings: Settings) -> Iterator[Finding]:
    is_built = (settings.frontend_dir / "index.html").is_file()
    message = str(settings.frontend_dir) if is_built else f"{settings.frontend_dir} holds no built pages"
    yield Finding("pages", is_built, message, "Run `make install`, or set CAS_FRONTEND_DIR.")


def _instruments(settings: Settings) -> Iterator[Finding]:
    found = catalogue()
    added = "" if settings.instruments_dir is None else f", with those of {settings.instruments_dir}"
    message = f"{len(found.instruments)} instruments, {len(found.batteries)} batteries{added}"
    yield Finding("instruments", True, message)


def _database(settings: Settings) -> Iterator[Finding]:
    if settings.has_embedded_database:
        addresses = embedded_database.find_running(settings.data_dir)
        if addresses is None:
            yield Finding("database", True, "embedded; it starts with `cas serve` or when a command needs it")
            return
        owner_url = addresses.owner_url
    else:
        owner_url = database_access.of_settings(settings).owner_url
    state = database_access.schema_of(owner_url)
    message = f"connected, schema {state.current or 'empty'}"
    if state.pending:
        message += f", pending: {', '.join(state.pending)}"
    if state.notice:
        message += f". {state.notice}"
    yield Finding("database", not state.pending, message, "Run `cas db upgrade`.")


def _backups(settings: Settings) -> Iterator[Finding]:
    is_apart = not files.is_beside_the_data(settings)
    where = "on another disk than the data" if is_apart else "on the disk of the data, so both would be lost with it"
    if settings.s3_bucket is not None:
        where = f"and in the bucket {settings.s3_bucket}"
    message = f"{settings.backup_dir}, {where}"
    yield Finding(
        "backups",
        is_apart or settings.s3_bucket is not None,
        message,
        "Set CAS_BACKUP_DIR to a folder of another disk.",
        is_warning=True,
    )


def _models(settings: Settings) -> Iterator[Finding]:
    from cognitive_assessment.models.answer_reader import AnswerReader

    reader = AnswerReader.load(settings.asr_model, settings.models_dir)
    reader.verify()
    told = ", ".join(f"{name} {value}" for name, value in reader.versions.items())
    yield Finding("models", True, f"verified, known case predicted: {told}")


def people(settings: Settings) -> Iterator[Finding]:
    """Whom an alert and the operator's page name; nobody can be named by us."""
    named = {
        "on call": (settings.on_call, "CAS_ON_CALL"),
        "emergency contacts": (settings.emergency_contacts, "CAS_EMERGENCY_CONTACTS"),
        "contacts": (settings.contacts, "CAS_CONTACTS"),
        "alerts go to": (settings.alert_webhook_url, "CAS_ALERT_WEBHOOK_URL"),
    }
    for name, (value, variable) in named.items():
        if not value:
            yield Finding(name, False, "nobody is named", f"Set {variable}.", is_warning=True)
        elif isinstance(value, tuple):
            yield Finding(name, True, "; ".join(f"{role}: {how}" for role, how in value))
        else:
            yield Finding(name, True, "a webhook" if variable == "CAS_ALERT_WEBHOOK_URL" else value)


def examine_running(settings: Settings) -> Iterator[Finding]:
    """What the running system says of its health, check by check."""
    try:
        running_system.require_its_address(settings)
        found = _health_at(f"{settings.local_url}/api/health")
    except Conflict as error:
        yield Finding("running system", False, error.message, error.remedy)
        return
    except OSError:
        yield _unanswered(settings)
        return
    if found is None:
        yield Finding("running system", False, f"{settings.local_url} is not ours", "Choose another CAS_PORT.")
        return
    status, *checks = found
    yield Finding("running system", status.is_well, f"{settings.local_url} is {status.message}")
    yield from checks


def _unanswered(settings: Settings) -> Finding:
    """Why nobody answers: it is starting, or should answer and does not, or nothing runs here."""
    if running_system.is_starting(settings.data_dir):
        return Finding("running system", False, f"{settings.local_url} is starting", "Ask again in a few seconds.")
    if running_system.runs(settings.data_dir):
        remedy = "`cas logs --part api` says why; `cas restart` starts it anew."
        return Finding("running system", False, f"{settings.local_url} does not answer", remedy)
    require_free_port(settings.host, settings.port)
    return Finding("running system", True, f"none on {settings.local_url}; the port is free for `cas serve`")


def _health_at(address: str) -> list[Finding] | None:
    """The health as a whole and check by check, or nothing where somebody answers who is none of ours."""
    try:
        told = json.loads(_answer_of(address))
        found = [Finding("running system", told["status"] == "healthy", told["status"])]
        for name, check in told["checks"].items():
            found.append(Finding(f"  {name}", check["status"] == "healthy", check["message"]))
    except (http.client.HTTPException, ValueError, LookupError, TypeError, AttributeError):
        return None
    return found


def _answer_of(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=_HEALTH_LIMIT_S) as answer:  # noqa: S310  # our own address
            return bytes(answer.read())
    except urllib.error.HTTPError as error:  # 503, with what is not well
        with error:
            return error.read()
