"""The claims of the runbook name proofs that are there; what a proof says decides what is told."""

from __future__ import annotations

import http.server
import os
import re
import sys
import threading
from pathlib import Path

import pytest

from cognitive_assessment.config import REPOSITORY_ROOT

sys.path.insert(0, str(REPOSITORY_ROOT / "scripts"))

import prove_runbook
import runbook_proofs as proofs

PAGE = list(prove_runbook.commands(prove_runbook.RUNBOOK.read_text()))
assert PAGE, "the page has no command that is run"
GROUPS, CLAIMS = proofs.read()
CAS = Path(sys.executable).with_name("cas")
SEES_503 = ("-f", "--fail", "--fail-with-body")
PROMISED = {"1": 7, "2": 6, "3": 9, "4": 8, "5": 7, "6": 4, "7": 5, "8": 4, "9": 5, "10": 3}


def test_every_promise_has_its_claim_in_its_order():
    expected = [f"{group}.{number}" for group, count in PROMISED.items() for number in range(1, count + 1)]
    assert [claim.number for claim in CLAIMS] == expected
    assert list(GROUPS) == list(PROMISED)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.number)
def test_what_a_claim_names_is_there(claim):
    assert claim.says
    assert claim.proofs or claim.missing
    for proof in claim.proofs:
        (kind,) = set(proof) & set(proofs.KINDS)
        if kind == "test":
            file, *inside = proof["test"].split("::")
            text = (proofs.BACKEND / "tests" / file).read_text()
            for name in inside:
                assert re.search(rf"^\s*(def|class) {name}\b", text, re.MULTILINE), proof
        elif kind == "vitest":
            assert (proofs.FRONTEND / proof["vitest"]).is_file()
        elif kind == "journey":
            assert (proofs.FRONTEND / "e2e" / proof["journey"]).is_file()
        else:
            re.compile(proof.get("says", ""))
            assert proofs.cannot_fail(proof) is None


@pytest.mark.parametrize(("section", "proof"), PAGE, ids=[proof["run"] for _, proof in PAGE])
def test_every_command_of_the_page_can_fail(section, proof):
    assert proofs.cannot_fail(proof) is None, section


@pytest.fixture(scope="module")
def unhealthy_url():
    """A server that says 503 to everything, with a body as of the health."""

    class Unhealthy(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(503)
            self.end_headers()
            self.wfile.write(b'{"status": "unhealthy", "checks": {}}')

        def do_HEAD(self):
            self.do_GET()

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Unhealthy) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("proof", "wrong"),
    [
        ({"run": "echo fine", "says": "^fine$"}, None),
        ({"run": "echo fine", "says": "well"}, "did not say"),
        ({"run": "exit 3"}, "exit code 3"),
        ({"run": "exit 3", "exit": 3}, None),
        ({"run": "echo fine; exit 3", "exit": "any", "says": "fine"}, None),
        ({"run": "exit 3", "exit": "any"}, "no words have to appear"),
        ({"run": "exit 2", "exit": 2}, None),
        *(({"run": f"echo fine; exit {code}", "exit": "any", "says": "fine"}, "exit code") for code in (2, 126, 127)),
        ({"run": f"{CAS} doctor --renamed 2>&1", "exit": "any", "says": "renamed"}, "exit code 2"),
        ({"run": f"{CAS} renamed 2>&1", "exit": "any", "says": "renamed"}, "exit code 2"),
        ({"run": "no-such-program 2>&1", "exit": "any", "says": "no-such-program"}, "exit code 127"),
        ({"run": "curl -s $AWAY/api/health"}, "curl goes well with"),
        ({"run": "curl -sI $AWAY/ || true"}, "curl goes well with"),
        ({"run": "curl -sS --fail $AWAY/; curl -s $AWAY/"}, "curl goes well with"),
        *(({"run": f"curl -sS --noproxy '*' {way} $AWAY/api/health"}, "exit code 22") for way in SEES_503),
        ({"run": "curl -sS --fail --noproxy '*' $AWAY/api/health | cat"}, "exit code 22"),
        ({"run": "curl -s --noproxy '*' -w '%{http_code}' $AWAY/", "says": "200"}, "did not say"),
        ({"run": "curl -s --noproxy '*' -w '%{http_code}' $AWAY/", "says": "503"}, None),
        ({"run": "echo 'Traceback (most recent call last)'"}, "Traceback"),
        ({"test": "ops/test_a.py::test_well"}, None),
        ({"test": "ops/test_a.py::test_ill"}, "is wrong"),
        ({"test": "ops/test_a.py::test_other"}, "was not run"),
        ({"journey": "operator.spec.ts"}, "was not run"),
    ],
    ids=str,
)
def test_nothing_works_that_was_not_run(proof, wrong, unhealthy_url):
    outcomes = proofs.Outcomes(tests={"ops/test_a.py::test_well": None, "ops/test_a.py::test_ill": "it is wrong"})
    found = proofs.judge(proofs.Claim("1.1", "it works", (proof,)), outcomes, {**os.environ, "AWAY": unhealthy_url})
    assert (not found) == (wrong is None)
    assert wrong is None or wrong in found[0]


def test_a_block_that_may_fail_names_the_words_that_its_command_has_to_say():
    page = "## Health\n```run may-fail it is (well|ill)\ncas doctor\n```\n```run\ncas status\ncas logs\n```\n"
    page += (
        "## Loss\n```run stopped\ncas restore archive\n```\n```run stopped may-fail gone\ncas x\n```\n```\ncas y\n```\n"
    )
    assert list(prove_runbook.commands(page)) == [
        ("Health", {"run": "cas doctor", "exit": "any", "says": "it is (well|ill)"}),
        ("Health", {"run": "cas status"}),
        ("Health", {"run": "cas logs"}),
        ("Loss", {"run": "cas restore archive", "stopped": True}),
        ("Loss", {"run": "cas x", "exit": "any", "says": "gone", "stopped": True}),
    ]
    ((_, without_words),) = prove_runbook.commands("## Health\n```run may-fail\ncas doctor\n```\n")
    assert "no words have to appear" in prove_runbook.run(without_words, dict(os.environ))
    assert prove_runbook.run({"run": "true"}, dict(os.environ)) == "it said nothing"


def test_what_is_missing_is_told_whatever_else_is_proven():
    claim = proofs.Claim("1.1", "it works", ({"run": "echo fine"},), missing="half of it")
    assert proofs.judge(claim, proofs.Outcomes(), os.environ) == ["half of it"]
    assert proofs.judge(proofs.Claim("1.1", "it works", ()), proofs.Outcomes(), os.environ) == ["nothing shows it"]


def test_a_test_that_fails_or_is_skipped_shows_nothing(tmp_path, monkeypatch):
    (tmp_path / "tests" / "ops").mkdir(parents=True)
    for folder in (tmp_path / "tests", tmp_path / "tests" / "ops"):
        (folder / "__init__.py").touch()
    (tmp_path / "tests" / "ops" / "test_a.py").write_text(
        "import pytest\n"
        "@pytest.mark.parametrize('n', [1, 2])\n"
        "def test_well(n):\n"
        "    if n == 2: pytest.skip('does not apply')\n"
        "def test_well_not(): assert 0\n"
        "def test_only_by_itself():\n"
        "    import os; assert 'PYTEST_XDIST_WORKER' not in os.environ\n"
        "class TestOf:\n"
        "    def test_inside(self): pass\n"
        "    @pytest.mark.skip(reason='no server here')\n"
        "    def test_left_out(self): pass\n"
    )
    monkeypatch.setattr(proofs, "BACKEND", tmp_path)
    monkeypatch.delenv("PYTEST_XDIST_WORKER", raising=False)
    file = "ops/test_a.py"
    names = [f"{file}::test_well", f"{file}::test_well_not", f"{file}::TestOf::test_inside", f"{file}::TestOf", file]
    found, at_first = proofs.run_tests([*names, f"{file}::test_only_by_itself", f"{file}::test_none"])
    assert found[f"{file}::test_only_by_itself"] is None
    assert set(at_first) == {f"{file}::test_only_by_itself"}
    assert "test_only_by_itself fails" in at_first[f"{file}::test_only_by_itself"]
    assert "was not run" in str(found[f"{file}::test_none"])
    assert found[names[0]] is None
    assert "test_well_not fails" in str(found[names[1]])
    assert found[names[2]] is None
    assert "no server here" in str(found[names[3]])
    assert "fails" in str(found[names[4]])


def test_what_went_well_only_when_it_was_run_once_more_is_told():
    outcomes = proofs.Outcomes(tests={"a.py": None, "b.py": None}, at_first={"a.py": "test_x fails: it hung"})
    claim = proofs.Claim("1.1", "it works", ({"test": "a.py"}, {"test": "b.py"}))
    assert proofs.judge(claim, outcomes, os.environ) == []
    assert prove_runbook.tried_twice(claim, outcomes) == ["at the second try: a.py; at first: test_x fails: it hung"]
