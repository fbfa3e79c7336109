"""The web application on a real PostgreSQL and a real folder of recordings, and the people around it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from api_clients import Person, Upload, make_staff, session_body
from builders import instruments_of, owner_transaction
from cognitive_assessment import config
from cognitive_assessment.api import back_off
from cognitive_assessment.api.app import create_app
from cognitive_assessment.store.tables import organisations as organisations_table


@pytest.fixture
def unlimited(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many calls as a test makes, from the one address that it has."""
    for name in ("CAS_CALLS_PER_MINUTE", "CAS_CALLS_PER_MINUTE_AND_ADDRESS", "CAS_SIGN_INS_PER_MINUTE_AND_ADDRESS"):
        monkeypatch.setenv(name, "0")
    config.settings.cache_clear()


@pytest.fixture(autouse=True)
def no_failures() -> None:
    """Failed sign-ins are forgotten between tests."""
    back_off.guard_of.cache_clear()


@pytest.fixture(scope="session")
def made_app(tmp_path_factory: pytest.TempPathFactory) -> APIFlask:
    """The application as every test finds it, made once: to put its routes together takes longer than many a test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAS_DATA_DIR", str(tmp_path_factory.mktemp("app")))
        config.settings.cache_clear()
        app = create_app()
    config.settings.cache_clear()
    return app


@pytest.fixture
def app(made_app: APIFlask, committed: sa.Engine, data_dir: Path) -> APIFlask:
    """The application, which has counted and kept nothing yet."""
    for limiter in made_app.extensions["limiter"]:
        limiter.reset()
    for kept in made_app.extensions["cache"].values():
        kept.clear()
    return made_app


@pytest.fixture
def own_app(committed: sa.Engine, data_dir: Path) -> APIFlask:
    """An application of this test alone, to which it may add."""
    return create_app()


@pytest.fixture
def nobody(app: APIFlask) -> Person:
    """Somebody who is not signed in."""
    return Person(app.test_client(use_cookies=False))


@pytest.fixture
def staff(app: APIFlask) -> Person:
    return make_staff(app, "ada@example.org")


@pytest.fixture
def foreign_staff(app: APIFlask) -> Person:
    """Staff of another organisation: they must see nothing of ours."""
    other = uuid.uuid4()
    with owner_transaction() as connection:
        connection.execute(sa.insert(organisations_table).values(id=other, name="Other"))
    return make_staff(app, "bea@example.org", organisation_id=other)


@pytest.fixture
def invite(app: APIFlask, staff: Person) -> Callable[..., Person]:
    """Makes a participant who has accepted an invitation."""

    def make(label: str = "P-001", **more: Any) -> Person:
        made = staff("POST", "/api/invitations", json={"participant_label": label, **more}).get_json()
        client = app.test_client(use_cookies=False)
        accepted = client.post("/api/invitations/accept", json={"token": made["token"]}).get_json()
        return Person(client, accepted["token"], accepted["user"])

    return make


@pytest.fixture
def participant(invite: Callable[..., Person]) -> Person:
    return invite()


@pytest.fixture
def stranger(invite: Callable[..., Person]) -> Person:
    """Another participant of the same organisation."""
    return invite("P-002")


@pytest.fixture
def session(participant: Person) -> dict[str, Any]:
    answer = participant("POST", "/api/sessions", json=session_body())
    assert answer.status_code == 201, answer.get_data(as_text=True)
    found: dict[str, Any] = answer.get_json()
    return found


@pytest.fixture
def upload(participant: Person, session: dict[str, Any]) -> Upload:
    return Upload(participant, session["id"])


@pytest.fixture
def added_battery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A battery of an organisation's own, in a folder beside the system."""
    (tmp_path / "own" / "batteries").mkdir(parents=True)
    text = "slug: today\nversion: 1\nminutes: 3\ntitles: {en: Today}\ninstruments: [background, gad_7]\n"
    (tmp_path / "own" / "batteries" / "today.yaml").write_text(text, encoding="utf-8")
    with instruments_of(tmp_path / "own", monkeypatch):
        yield "today"
