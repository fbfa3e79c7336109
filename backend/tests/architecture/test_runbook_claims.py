"""The claims of the runbook name proofs that are there; what a proof says decides what is told."""

from __future__ import annotations

import os
import re
import sys

import pytest

from cognitive_assessment.config import REPOSITORY_ROOT

sys.path.insert(0, str(REPOSITORY_ROOT / "scripts"))

import runbook_proofs as proofs

GROUPS, CLAIMS = proofs.read()
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


@pytest.mark.parametrize(
    ("proof", "wrong"),
    [
        ({"run": "echo fine", "says": "^fine$"}, None),
        ({"run": "echo fine", "says": "well"}, "did not say"),
        ({"run": "exit 3"}, "exit code 3"),
        ({"run": "exit 3", "exit": 3}, None),
        ({"run": "exit 3", "exit": "any"}, None),
        ({"run": "echo 'Traceback (most recent call last)'"}, "Traceback"),
        ({"test": "ops/test_a.py::test_well"}, None),
        ({"test": "ops/test_a.py::test_ill"}, "is wrong"),
        ({"test": "ops/test_a.py::test_other"}, "was not run"),
        ({"journey": "operator.spec.ts"}, "was not run"),
    ],
    ids=str,
)
def test_nothing_works_that_was_not_run(proof, wrong):
    outcomes = proofs.Outcomes(tests={"ops/test_a.py::test_well": None, "ops/test_a.py::test_ill": "it is wrong"})
    found = proofs.judge(proofs.Claim("1.1", "it works", (proof,)), outcomes, os.environ)
    assert (not found) == (wrong is None)
    assert wrong is None or wrong in found[0]


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
    found = proofs.run_tests([*names, f"{file}::test_only_by_itself", f"{file}::test_none"])
    assert found[f"{file}::test_only_by_itself"] is None
    assert "was not run" in str(found[f"{file}::test_none"])
    assert found[names[0]] is None
    assert "test_well_not fails" in str(found[names[1]])
    assert found[names[2]] is None
    assert "no server here" in str(found[names[3]])
    assert "fails" in str(found[names[4]])
