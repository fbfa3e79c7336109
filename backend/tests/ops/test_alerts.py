"""Without Prometheus the system watches itself: a real webhook is told of a lost database, and when it is back."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
import requests

from chats import Database
from cognitive_assessment import config
from cognitive_assessment.errors import InvalidSettings
from cognitive_assessment.ops import doctor
from cognitive_assessment.ops.alerts import addresses, keeping, messages, rules, scraping, watch
from cognitive_assessment.ops.alerts.engine import Active, Engine
from systems import free_port, wait_until

PEOPLE = {
    "CAS_ON_CALL": "https://rota.example.org/cas",
    "CAS_EMERGENCY_CONTACTS": "Primary=Night desk, +44 20 7946 0000; Secondary=Day desk, +44 20 7946 0001",
    "CAS_CONTACTS": "DevOps lead=Operations, ops-desk; Security officer=Safety, ext. 12",
}


def settings_of(data_dir, **environment):
    return config.build({"CAS_DATA_DIR": str(data_dir), **PEOPLE, **environment})


def alert(name):
    return next(rule for rule in rules.alerts() if rule.name == name)


def active(name, *, value=0.0, **labels):
    return Active(alert(name), tuple(sorted(labels.items())), since=1_795_700_000.0, value=value, fired_at=1.0)


@pytest.mark.slow
def test_a_lost_database_is_told_with_what_to_do_and_whom_to_call_and_again_when_it_is_back(
    make_system, tmp_path, chat
):
    database = Database(tmp_path / "postgres-of-somebody")
    try:
        published = {"CAS_PUBLIC_URL": "https://cas.example.org", "CAS_REQUIRE_SECOND_FACTOR": "off"}
        system = make_system(DATABASE_URL=database.owner_url, CAS_ALERT_EVERY_S="0", **published).start()
        wait_until(lambda: requests.get(f"{system.url}/api/health/ready", timeout=10).ok, 60)
        ours = {**published, "CAS_PORT": str(system.port), "CAS_ALERT_WEBHOOK_URL": chat.url}
        settings = settings_of(system.data_dir, **ours)
        hurried = [dataclasses.replace(rule, for_s=0.0) for rule in rules.alerts()]
        watcher = watch.Watcher(settings, hurried)

        def told(*words):
            watcher.look()
            return chat.find(*words)

        watcher.look()
        assert chat.find("database is lost") is None
        database.stop()
        text = wait_until(lambda: told("FIRING critical: database"), 30)
        assert "The connection to the database is lost, or migrations are pending." in text
        assert re.search(r"Since \d{4}-\d\d-\d\d \d\d:\d\d UTC\.", text)
        assert "First: cas db check;" in text
        assert "Runbook: docs/RUNBOOK.md#the-database" in text
        assert "On call: https://rota.example.org/cas" in text
        assert "Primary: Night desk, +44 20 7946 0000" in text
        assert "System: https://cas.example.org" in text
        current = {one["name"]: one for one in keeping.shown(system.data_dir)["current"]}
        assert current["CasDatabaseLost"]["is_told"]
        assert "CasModelNotLoaded" not in current  # of which nothing can be known meanwhile

        database.start_again()
        assert "Over since" in wait_until(lambda: told("RESOLVED critical: database"), 60)
        assert [one["name"] for one in keeping.shown(system.data_dir)["current"]].count("CasDatabaseLost") == 0
        assert "CasDatabaseLost" in {one["name"] for one in keeping.shown(system.data_dir)["past"]}

        system.stop()
        assert "The system does not answer." in wait_until(lambda: told("FIRING critical: health", "not answer"), 30)
    finally:
        database.server.stop()


@pytest.mark.slow
def test_the_supervisor_keeps_a_watcher_that_reads_the_page_of_figures(system):
    (process,) = wait_until(lambda: system.find("alerts.watch"))
    kept = wait_until(lambda: keeping.read_whole(scraping.folder_of(system.data_dir) / "state.json"), 40)
    assert kept["is_reached"]
    assert process.is_running()
    assert requests.get(f"{system.url}/metrics", headers={"Authorization": "Bearer of-a-stranger"}, timeout=10).ok
    mode = (scraping.folder_of(system.data_dir) / "reader-token").stat().st_mode
    assert mode & 0o077 == 0


def test_an_address_that_is_away_is_told_later_in_order_also_after_a_new_start(tmp_path, chat):
    port = free_port()
    away = settings_of(tmp_path, CAS_PORT=str(port), CAS_ALERT_WEBHOOK_URL=f"http://127.0.0.1:{free_port()}/x")
    hurried = [dataclasses.replace(rule, for_s=0.0) for rule in rules.alerts()]
    watch.Watcher(away, hurried).look()
    assert keeping.shown(tmp_path)["untold"] == 1
    there = dataclasses.replace(away, alert_webhook_url=chat.url)
    again = watch.Watcher(there, hurried)
    again.look()
    assert chat.find("FIRING critical: health", "The system does not answer.")
    assert keeping.shown(tmp_path)["untold"] == 0
    again.look()
    assert len(chat.messages) == 1  # it is told once, until it is time to repeat it
    (one,) = again.engine.firing()
    one.told_at -= watch.REPEAT_S["critical"]
    again.look()
    assert len(chat.messages) == 2


def test_without_a_webhook_alerts_still_stand_on_the_page(tmp_path):
    hurried = [dataclasses.replace(rule, for_s=0.0) for rule in rules.alerts()]
    watch.Watcher(settings_of(tmp_path, CAS_PORT=str(free_port())), hurried).look()
    (one,) = keeping.shown(tmp_path)["current"]
    assert (one["name"], one["is_told"], one["runbook"]) == ("CasUnreachable", False, "the-system-is-down")


def test_what_is_critical_needs_no_warning_of_the_same_thing():
    lost, pool, disk = active("CasDatabaseLost"), active("CasDatabasePoolFull", part="api"), active("CasDiskLow")
    assert not watch.is_covered(lost, [lost, pool, disk])
    assert watch.is_covered(pool, [lost, pool, disk])
    assert not watch.is_covered(pool, [pool, disk])
    assert not watch.is_covered(disk, [lost, pool, disk])
    away = active("CasUnreachable")
    assert watch.is_covered(lost, [lost, away])
    assert not watch.is_covered(away, [lost, away])


def test_while_the_system_does_not_answer_nothing_of_its_parts_is_called_over():
    engine = Engine()
    figures = [("up", scraping.JOB, 1.0), ("cas_health_check", (("check", "database"),), 0.0)]
    for at in (0.0, 15.0, 30.0):
        engine.look(at, figures)
    assert [one.rule.name for one in engine.firing()] == ["CasDatabaseLost"]
    for at in (45.0, 60.0, 105.0):
        engine.look(at, [("up", scraping.JOB, 0.0)], is_reached=False)
    assert {one.rule.name for one in engine.firing()} == {"CasDatabaseLost", "CasUnreachable"}
    changes = engine.look(120.0, [("up", scraping.JOB, 1.0), ("cas_health_check", (("check", "database"),), 1.0)])
    assert {change.alert.rule.name for change in changes if change.is_over} == {"CasDatabaseLost", "CasUnreachable"}


def test_what_held_before_a_new_start_is_not_told_anew(tmp_path):
    engine = Engine()
    one = active("CasDiskLow", value=0.05, folder="data")
    one.told_at = 5.0
    engine.active[one.rule.name, one.labels] = one
    keeping.save(tmp_path, engine, at=10.0, is_reached=True, untold=[])
    again = Engine()
    assert keeping.restore(tmp_path, again) == []
    assert again.active == engine.active
    (scraping.folder_of(tmp_path) / "state.json").write_text("{damaged")
    assert keeping.restore(tmp_path, Engine()) == []


def test_a_message_is_of_the_form_that_chats_take_and_says_the_value(tmp_path):
    message = messages.firing(active("CasDiskLow", value=0.05, folder="data"), settings_of(tmp_path))
    assert message["text"] == "FIRING warning: disk"
    (part,) = message["attachments"]
    assert part["text"].startswith("5% of the disk of data is free (limit 10 %).\nSince 2026-11-26")
    assert set(part) == {"title", "text", "color", "fallback"}
    assert json.loads(json.dumps(message)) == message


def test_what_is_wrong_with_a_webhook_is_told_without_its_address(chat):
    message = {"text": "x"}
    assert messages.send(chat.url, message) is None
    nowhere = f"http://127.0.0.1:{free_port()}/services/SECRET"
    assert "does not answer" in messages.send(nowhere, message)
    assert "SECRET" not in messages.send(nowhere, message)


@pytest.mark.parametrize("text", ["Ada", "=x", "Primary=", "a=b; c"])
def test_contacts_that_cannot_be_read_stop_the_start(text):
    with pytest.raises(InvalidSettings, match="names with their values"):
        config.build({"CAS_CONTACTS": text})


@pytest.mark.parametrize("text", ["Neon=console.neon.tech", "Neon=file:///etc/passwd", "Neon=http://10.0.0.1/"])
def test_an_address_is_https_or_of_this_machine(text):
    with pytest.raises(InvalidSettings, match="https://"):
        config.build({"CAS_ADDRESSES": text})


def test_the_doctor_warns_while_nobody_is_named_and_is_content_when_somebody_is(tmp_path):
    def people(**environment):
        return list(doctor.people(config.build({"CAS_DATA_DIR": str(tmp_path), **environment})))

    assert all(not one.is_well and one.is_warning and "Set CAS_" in one.remedy for one in people())
    named = people(**PEOPLE, CAS_ALERT_WEBHOOK_URL="https://chat.example.org/SECRET")
    assert all(one.is_well for one in named)
    assert "SECRET" not in " ".join(one.message for one in named)
    assert "Primary: Night desk" in named[1].message


class TestAddresses:
    """Whether what was configured answers; where an answer leads is not asked."""

    @pytest.fixture
    def asked(self) -> Iterator[tuple[str, list[str]]]:
        paths: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_HEAD(self) -> None:
                paths.append(self.path)
                self.send_response({"/moved": 302, "/broken": 500, "/private": 401}.get(self.path, 200))
                self.send_header("Location", "/never-asked")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        server = HTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}", paths
        server.shutdown()
        server.server_close()

    def test_it_says_which_answer_and_asks_no_other(self, asked, tmp_path):
        url, paths = asked
        named = f"Fine={url}/fine; Moved={url}/moved; Private={url}/private; Broken={url}/broken"
        settings = settings_of(
            tmp_path, CAS_ADDRESSES=f"{named}; Away=http://127.0.0.1:{free_port()}", CAS_PUBLIC_URL=url
        )
        assert {one["is_answering"] for one in addresses.shown(settings)} == {None}
        addresses.look(settings).result(timeout=30)
        found = {one["name"]: one["is_answering"] for one in addresses.shown(settings)}
        assert found == {
            "This system": True,
            "Fine": True,
            "Moved": True,
            "Private": True,
            "Broken": False,
            "Away": False,
        }
        assert set(paths) == {"/", "/fine", "/moved", "/private", "/broken"}

    def test_of_the_error_server_the_origin_alone_is_asked(self, tmp_path):
        settings = settings_of(tmp_path, SENTRY_DSN="https://key@errors.example.org/7")
        assert ("Error server", "https://errors.example.org") in addresses.configured(settings)
