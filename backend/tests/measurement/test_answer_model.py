"""The model of right readings is loaded only if it is what its manifest says, and its figures are right."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from cognitive_assessment.errors import UntrustedModel
from cognitive_assessment.models import training
from cognitive_assessment.models.answer_model import MANIFEST_FILE, MODEL_FILE, AnswerModel
from cognitive_assessment.models.corpus import Example
from cognitive_assessment.models.features import distance_fraction
from cognitive_assessment.models.training import Reading

MODELS = Path(__file__).parents[3] / "models"


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(MODELS, tmp_path / "models"))


def test_the_released_model_is_the_one_of_its_manifest(folder):
    model = AnswerModel.load(folder)
    model.verify()
    assert 0 < model.review_threshold < 1


def test_a_missing_file_is_named(folder):
    for name in (MODEL_FILE, MANIFEST_FILE):
        kept = (folder / name).read_bytes()
        (folder / name).unlink()
        with pytest.raises(UntrustedModel, match="missing"):
            AnswerModel.load(folder)
        (folder / name).write_bytes(kept)


def test_an_altered_model_is_never_unpickled(folder):
    (folder / MODEL_FILE).write_bytes(b"cos\nsystem\n(S'touch /tmp/unpickled-by-a-test'\ntR.")
    with pytest.raises(UntrustedModel, match="hash"):
        AnswerModel.load(folder)
    assert not Path("/tmp/unpickled-by-a-test").exists()


def test_a_change_after_loading_is_noticed(folder):
    model = AnswerModel.load(folder)
    (folder / MODEL_FILE).write_bytes((folder / MODEL_FILE).read_bytes() + b" ")
    with pytest.raises(UntrustedModel, match="altered"):
        model.verify()


def test_another_prediction_of_the_known_case_is_noticed(folder):
    manifest = json.loads((folder / MANIFEST_FILE).read_text())
    manifest["known_case"]["probability_right"] += 0.01
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest))
    with pytest.raises(UntrustedModel, match="known case"):
        AnswerModel.load(folder).verify()


@pytest.mark.parametrize("text", ["", "[]", "{}", "no json"])
def test_a_manifest_that_is_none(folder, text):
    (folder / MANIFEST_FILE).write_text(text)
    with pytest.raises(UntrustedModel):
        AnswerModel.load(folder)


def readings(count: int = 200) -> list[Reading]:
    rng = np.random.default_rng(3)
    made = []
    for number in range(count):
        doubt = float(rng.uniform())
        example = Example(MODELS / MODEL_FILE, "digits", f"speaker {number % 10}", "digits", "12", "clean")
        made.append(Reading(example, {"doubt": doubt, "noise": float(rng.normal())}, bool(rng.uniform() > doubt)))
    return made


def test_training_twice_gives_the_same_file_and_honest_figures(tmp_path):
    first = training.train(readings(), recogniser="none", out=tmp_path / "one")
    second = training.train(readings(), recogniser="none", out=tmp_path / "two")
    assert first == second
    validation = first["cross_validation"]
    assert validation["brier_score"] < validation["brier_score_of_constant"]
    assert first["review"]["clean_digit_sequences_of_unheard_speakers"]["readings"] == len(readings())
    AnswerModel.load(tmp_path / "one").verify()


def test_an_unheard_speaker_is_judged_without_any_of_his_own_readings():
    # A mark that stands for right with one speaker and for wrong with the others: whoever had seen him would know.
    rng = np.random.default_rng(5)
    speakers = [f"speaker {number % 10}" for number in range(400)]
    is_odd = np.array([speaker == "speaker 0" for speaker in speakers])
    mark = rng.integers(0, 2, 400)
    right = np.where(is_odd, mark == 1, mark == 0)
    rows = np.column_stack([mark, is_odd, mark * is_odd]).astype(float)
    found = training.review_of_unheard_speakers(rows, right, speakers, np.ones(400, dtype=bool))
    assert found["wrong"] == int((~right).sum())
    assert found["wrong_not_reviewed"] == int((~right & is_odd).sum())


def test_the_threshold_lets_nothing_wrong_through_even_where_that_costs_more():
    probabilities = np.array([0.1, 0.6, 0.7, 0.8, 0.9, 0.95, 0.96, 0.97, 0.98, 0.99])
    right = np.array([False] + 9 * [True])
    assert training.choose_threshold(probabilities, right) == pytest.approx(0.653, abs=0.001)
    right[4] = False
    threshold = training.choose_threshold(probabilities, right)
    assert threshold == pytest.approx(0.925)  # midway to the next right one
    assert training.review_figures(probabilities, right, threshold)["wrong_not_reviewed"] == 0


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("123", "123", 0), ("123", "124", 1 / 3), ("", "12", 1), ("", "", 0)]
)
def test_distance_of_answers(one, other, expected):
    assert distance_fraction(one, other) == pytest.approx(expected)


def test_many_at_once_are_predicted_as_one_by_one(folder):
    model = AnswerModel.load(folder)
    rng = np.random.default_rng(5)
    case = model.known_case["features"]
    many = [{name: value + rng.normal() for name, value in case.items()} for _ in range(200)]
    assert model.batch_predict([]) == []
    assert model.batch_predict(many) == pytest.approx([model.probability_right(one) for one in many], abs=1e-12)
    assert len(set(model.batch_predict(many))) > 100
