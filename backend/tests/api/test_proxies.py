"""Behind proxies: whose word about the client's address is taken."""

from __future__ import annotations

import pytest

from api_clients import PASSWORD, Person, make_staff
from cognitive_assessment import config
from cognitive_assessment.api.app import create_app

ATTACKER, OWNER = "203.0.113.9", "198.51.100.7"


@pytest.fixture
def asked_behind(committed, data_dir, monkeypatch):
    """Makes what asks for a sign-in at a system that has that many proxies in front of it."""

    def make(proxies: str):
        monkeypatch.setenv("CAS_PROXIES", proxies)
        config.settings.cache_clear()
        app = create_app()
        make_staff(app, "ada@example.org")
        person = Person(app.test_client(use_cookies=False))

        def ask(forwarded_for: str, password: str) -> int:
            body = {"email": "ada@example.org", "password": password}
            return person("POST", "/api/sign-in", json=body, headers={"X-Forwarded-For": forwarded_for}).status_code

        return ask

    return make


def test_who_guesses_from_one_address_does_not_keep_the_owner_waiting_at_another(asked_behind):
    ask = asked_behind("1")
    assert [ask(ATTACKER, "wrong wrong wrong") for _ in range(6)] == [401] * 5 + [429]
    assert ask(OWNER, PASSWORD) == 200


def test_what_the_client_itself_claims_is_not_taken(asked_behind):
    ask = asked_behind("1")
    # the last address is the one that our proxy has seen
    assert [ask(f"10.0.0.{number}, {ATTACKER}", "wrong wrong wrong") for number in range(6)] == [401] * 5 + [429]


def test_without_proxies_the_header_means_nothing(asked_behind):
    ask = asked_behind("0")
    assert [ask(f"10.0.0.{number}", "wrong wrong wrong") for number in range(6)] == [401] * 5 + [429]
    assert ask(OWNER, PASSWORD) == 429
