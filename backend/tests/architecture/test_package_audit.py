"""`make audit` and `make update`: what they make of the answers that they get, also of none."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import importlib.util
import json
import re
import secrets
import string
import sys
import threading
from importlib import metadata
from typing import ClassVar

import pytest
from packaging.requirements import Requirement

from cognitive_assessment.config import REPOSITORY_ROOT as ROOT


def script(name):
    spec = importlib.util.spec_from_file_location(f"script_{name}", ROOT / "scripts" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


audit, updates = script("audit"), script("updates")


def letters(count, of=string.ascii_letters + string.digits):
    return "".join(secrets.choice(of) for _ in range(count))


def test_a_package_that_could_not_be_looked_up_is_not_called_well():
    clean = {"name": "a", "version": "1", "vulns": []}
    assert audit.python_weaknesses({"dependencies": [clean]}) == audit.Outcome()
    skipped = {"name": "b", "skip_reason": "Dependency not found"}
    assert audit.python_weaknesses({"dependencies": [clean, skipped]}).not_asked.startswith("1 of 2")
    weak = {"name": "c", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["2.1"]}]}
    assert audit.python_weaknesses({"dependencies": [weak]}).faults == ["c 2: PYSEC-1, mended in 2.1"]


def test_npm_is_asked_and_only_serious_weaknesses_stop():
    assert audit.npm_weaknesses({"error": {"code": "ENOAUDIT"}}).not_asked
    found = {"a": {"severity": "high", "range": "<2"}, "b": {"severity": "moderate", "range": "<3"}}
    outcome = audit.npm_weaknesses({"vulnerabilities": found})
    assert (outcome.faults, outcome.notes) == (["a <2: high"], ["b <3: moderate"])


@pytest.fixture
def registry(monkeypatch):
    """What npm asks for advisories, answering as a registry does; `answer` is what it says."""

    class Registry(http.server.BaseHTTPRequestHandler):
        answer: ClassVar[tuple[int, object]] = (200, {})
        asked: ClassVar[dict[str, list[str]]] = {}

        def do_POST(self):
            assert self.path == "/-/npm/v1/security/advisories/bulk"
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.asked.update(json.loads(gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body))
            self.say(*self.answer)

        def do_GET(self):  # the releases of a package that somebody advises about: the one that is locked
            name = self.path[1:]
            version = json.loads(audit.NPM_LOCK.read_text())["packages"][f"node_modules/{name}"]["version"]
            releases = {version: {"name": name, "version": version}}
            self.say(200, {"name": name, "dist-tags": {"latest": version}, "versions": releases})

        def say(self, status, document):
            content = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/")
        monkeypatch.setenv("npm_config_noproxy", "127.0.0.1")
        monkeypatch.setenv("npm_config_fetch_retries", "0")
        yield Registry
        server.shutdown()


def test_what_a_registry_advises_is_found_by_npm_itself(registry):
    assert audit.ask_npm() == audit.Outcome()
    assert {"next", "react"} <= registry.asked.keys()
    advice = {"id": 1, "url": "https://example.org/1", "title": "x", "severity": "high", "vulnerable_versions": "<999"}
    registry.answer = (200, {"react": [advice]})
    assert "react *: high" in audit.ask_npm().faults  # npm's words for: every release that there is
    registry.answer = (503, {})
    assert audit.ask_npm().not_asked


def test_the_list_under_its_usual_name_is_the_locked_one_with_the_extras_that_pip_looks_for():
    first, *others = (ROOT / "backend" / "requirements.txt").read_text().removeprefix("# ").splitlines()[1:]
    assert first == "-r requirements.lock"
    text, lock = "\n".join(others), (ROOT / "backend" / "requirements.lock").read_text()
    entries = re.split(r"\n(?=\w)", text)
    assert [one for one in entries if re.sub(r"\[\w+\]==", "==", one) not in lock] == []
    pinned = {one.partition("==")[0] for one in entries}
    asked = {
        f"{requirement.name}[{extra}]"
        for name in audit.locked([ROOT / "backend" / "requirements.lock"])
        for requirement in _required_by(name)
        for extra in requirement.extras
    }
    assert pinned == asked


def _required_by(name):
    with contextlib.suppress(metadata.PackageNotFoundError):  # of another system than this one
        for one in map(Requirement, metadata.requires(name) or []):
            if one.marker is None or one.marker.evaluate({"extra": ""}):
                yield one


def test_a_list_that_is_older_than_the_page_of_security_allows_is_a_fault():
    limit = audit.MADE_ANEW_WITHIN_DAYS
    assert f"| {limit} days: so old may a list be at most" in (ROOT / "SECURITY.md").read_text()
    assert audit.freshness({"a.lock": limit - 1.0}).faults == []
    (fault,) = audit.freshness({"a.lock": 1.0, "b.lock": limit + 1.0}).faults
    assert fault.startswith(f"b.lock was made {limit + 1} days ago")
    assert set(audit.ages_of_lists()) == {"requirements.lock", "requirements-dev.lock", "package-lock.json"}


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("Apache-2.0 AND LGPL-3.0-or-later", False),
        ("MPL-2.0", False),
        ("GNU Library or Lesser General Public License (LGPL)", False),
        ("GNU Affero General Public License v3", False),
        ("Mozilla Public License 2.0 (MPL 2.0)", False),
        ("not said", False),
        ("BSD-3-Clause AND 0BSD", True),
        ("Python Software Foundation License", True),
    ],
)
def test_which_licences_are_permissive(licence, expected):
    assert audit.is_permissive(licence) is expected


def test_only_what_the_page_names_is_excused_and_what_needs_no_leave_is_told():
    page = "| `kind` | LGPL | why |\n| `old` | GPL | why |\n"
    found = [("kind", "LGPL-3.0"), ("kind-linux-x64", "LGPL-3.0"), ("other", "GPL-3.0"), ("free", "MIT")]
    outcome = audit.licences(found, page)
    assert [fault.split(":")[0] for fault in outcome.faults] == ["other"]
    assert outcome.notes[1:] == ["old is on the page and needs no leave"]


@pytest.mark.parametrize(
    ("what", "planted"),
    [
        ("a private key", f"-----BEGIN PRIVATE KEY-----\n{letters(40)}"),
        ("an age identity", f"AGE-SECRET-KEY-1{letters(58, '023456789ACDEFGHJKLMNPQRSTUVWXYZ')}"),
        ("a key of Amazon", f"AKIA{letters(16, string.ascii_uppercase)}"),
        ("a token of Vercel Blob", f"vercel_blob_rw_{letters(16)}_{letters(32)}"),
        ("a token of GitHub", f"ghp_{letters(36)}"),
        ("a database's password", f"postgresql://owner:{letters(24)}@db.example.org/cas"),
    ],
    ids=["private key", "age", "Amazon", "Vercel", "GitHub", "database"],  # the keys differ at each run
)
def test_what_looks_like_a_key_is_found_and_not_repeated(what, planted):
    (fault,) = audit.secrets_in([("a/file", f"first line\nTOKEN={planted}\n")]).faults
    assert fault == f"a/file: looks like {what}"
    assert audit.secrets_in([("a/file", "postgresql://owner:...@db/cas and AKIA")]).faults == []


def test_every_package_is_locked_with_its_hash_and_without_a_registrys_address():
    assert [fault for fault in audit.integrity().faults if "hash" in fault] == []
    mark, end = "; python_version < '3.12'", " \\\n    --hash=sha256:00\n"
    text = f"a==1{end}b==2\nc==3 {mark}{end}c==4{end}"
    page = ROOT / "backend" / "requirements.lock"
    assert all(all(them.values()) for them in audit.locked([page]).values())

    class Page:
        read_text = staticmethod(lambda: text)

    assert audit.locked([Page]) == {"a": {"1": True}, "b": {"2": False}, "c": {"3": True, "4": True}}


def test_every_licence_is_permissive_or_on_the_page_and_the_repository_has_never_held_a_key():
    found = [*audit.python_licences(), *audit.npm_licences()]
    assert len(found) > 500
    assert audit.licences(found, audit.LICENCES_PAGE.read_text()).faults == []
    assert audit.secrets_in(audit.every_text_ever()).faults == []


def test_what_was_not_asked_is_no_success_unless_nobody_should_be_asked(monkeypatch, capsys):
    for part in ("integrity", "licences", "secrets_in"):
        monkeypatch.setattr(audit, part, lambda *_: audit.Outcome())
    for part in ("ask_pip_audit", "ask_npm"):
        monkeypatch.setattr(audit, part, lambda: audit.Outcome(not_asked="out of reach"))
    assert (audit.main([]), audit.main(["--offline"])) == (3, 0)
    assert capsys.readouterr().out.count("NOT ASKED") == 4
    monkeypatch.setattr(audit, "integrity", lambda: audit.Outcome(faults=["other"]))
    assert audit.main(["--offline"]) == 1


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [("1.2.3", "1.3.0", False), ("1.9", "2.0", True), ("0.4.1", "0.5.0", True), ("0.4.1", "0.4.2", False)],
)
def test_which_release_may_break_something(old, new, expected):
    assert updates.is_major(old, new) is expected
    assert updates.changed({"a": old, "gone": "1"}, {"a": new, "new": "1"}) == [("a", old, new)]
