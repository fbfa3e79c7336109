"""A definition of any kind that cannot be given, or that its rule cannot score, is told with its file and line."""

from __future__ import annotations

import functools
import random
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
import yaml

from cognitive_assessment.errors import InvalidInput
from cognitive_assessment.instruments import generate, rule_data
from cognitive_assessment.instruments.catalogue import FOLDER, Catalogue
from cognitive_assessment.instruments.category_fluency import lexicon as categories
from cognitive_assessment.instruments.folders import PACKAGED, Found, read_folders
from cognitive_assessment.instruments.letter_fluency import lexicon as letters
from cognitive_assessment.instruments.orientation import points_v1 as orientation
from cognitive_assessment.instruments.picture_description.lexicon import units_of
from cognitive_assessment.instruments.schema import Answer
from cognitive_assessment.instruments.trail_layout import Board, lay
from cognitive_assessment.instruments.word_list import lists, scoring_v2
from cognitive_assessment.models import spoken_kinds
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer


@functools.cache
def ours() -> Found:
    return read_folders([PACKAGED])


def own(tmp_path: Path, slug: str) -> Path:
    """A copy of one of our instruments as somebody's own, with sounds for what is only heard."""
    folder = tmp_path / f"own_{slug}"
    shutil.copytree(FOLDER / slug, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__", "*.npz", "*.csv"))
    definition = folder / "definition.yaml"
    text = definition.read_text(encoding="utf-8")
    definition.write_text(text.replace(f"slug: {slug}\n", f"slug: own_{slug}\n", 1), encoding="utf-8")
    texts = ours().texts[slug, "en"]
    heard = [one.id for one in texts.stimuli.values()]
    heard += [f"words/{word}" for one in texts.word_lists.values() for word in one.words]
    for name in heard:
        for suffix in (".ogg", ".mp3"):
            sound = folder / "sounds" / "en" / f"{name}{suffix}"
            sound.parent.mkdir(parents=True, exist_ok=True)
            sound.touch()
    return folder


def faults(folder: Path) -> list[str]:
    return [str(one).replace(f"{folder}/", "") for one in read_folders([folder], beside=ours()).faults]


OF_OTHERS = sorted(slug for slug in ours().instruments if slug not in {"background", "gad_7", "gds_15", "phq_9"})


@pytest.mark.parametrize("slug", OF_OTHERS)
def test_a_copy_of_each_of_ours_has_no_fault(tmp_path: Path, slug: str) -> None:
    assert faults(own(tmp_path, slug)) == []


# instrument: what is put in place of what in definition.yaml, and what is told of the line on which that stood
FAULTS: dict[str, list[tuple[str, str, str]]] = {
    "category_fluency": [
        ("{id: animals, form: A}", "{id: tools, form: A}", "has no words of tools"),
        ("{id: animals, form: A}", "{id: animals, form: A, parameters: {colour: red}}", "Extra inputs"),
        ("kind: words, max_s: 60", "kind: banana, max_s: 60", "answer.kind"),
        ("max_s: 60, fixed_s: 60", "max_s: -3, fixed_s: 60", "answer.max_s"),
        ("max_s: 60, fixed_s: 60", "max_s: 50, fixed_s: 60", "is more than max_s"),
        ("{name: valid, unit: words}", "{name: clusters, unit: words}", "those of category_fluency@2"),
        ("{name: valid, unit: words}", "{name: valid, unit: animals}", "those of category_fluency@2"),
    ],
    "letter_fluency": [
        ("{letter: b}", "{letter: c}", "has no words with c"),
        ("{letter: b}", "{letter: 7}", "letter"),
        ("{letter: b}", "{}", "letter: Field required"),
        ("{letter: b}", "{letter: bd}", "letter"),
    ],
    "orientation": [
        ("{id: month}", "{id: decade}", "cannot judge decade"),
        ('spring: ["02-22", "06-28"]', 'spring: ["22 Feb", "06-28"]', "accepted.spring"),
        ('spring: ["02-22", "06-28"]', 'autumnal: ["02-22", "06-28"]', "accepted"),
        ('night: ["20:00", "06:30"]', 'night: ["20:00", "26:30"]', "accepted.night"),
        ("{id: town, needs_place: true}", "{id: town}", "needs the place of the session"),
        ("{id: year}", "{id: year, needs_place: true}", "does not need the place"),
    ],
    "naming": [
        ("/stimuli/pictures/1F407.svg", "/stimuli/pictures/nowhere.svg", "there is no picture"),
        ("{id: a_question_1, form: A}", "{id: a_question_1, form: A, parameters: {x: 1}}", "Extra inputs"),
        ("{id: a_question_1, form: A}", "{id: a_question_1, form: E}", "there is no form E"),
        ("{name: synonyms, unit: answers}", "{name: smiles, unit: answers}", "those of naming@3"),
    ],
    "sentence_repetition": [
        ("{id: a1, form: A, parameters: {words: 5}}", "{id: a1, form: A, parameters: {words: many}}", "words"),
        ("{id: a1, form: A, parameters: {words: 5}}", "{id: z1, form: A, parameters: {words: 5}}", "has no sentence"),
    ],
    "serial_subtraction": [
        ("steps: 5", "stepz: 5", "stepz"),
        ("steps: 5", "steps: -5", "steps"),
        ("steps: 5", "steps: 15", "below 0"),
        ("start: 100", "start: hundred", "start"),
        ("locales: [en]", "practice: {mastered_from: 1, repeats: 1}\nlocales: [en]", "no practice that is judged"),
        ("subtrahend: 7", "subtrahend: 0", "subtrahend"),
    ],
    "picture_description": [
        ("{form: A, is_scene: true}", "{form: E, is_scene: true}", "no units of the form E"),
        ("/stimuli/pictures/scene_a.svg", "/stimuli/pictures/scene_b.svg", "of no other picture"),
    ],
    "word_list": [
        ("delay_s: 300", "delay_s: soon", "delay_s"),
        ("  delay_s: 300\n", "", "delay_s: Field required"),
        ("learning_trials: 3", "learning_trials: 7", "learning_trials"),
        ("longest_delay_s: 2700", "longest_delay_s: 200", "more than delay_s"),
        ("answer: {kind: words, max_s: 75}", "", "needs it"),
        ("{name: savings,", "{name: earnings,", "those of word_list@3"),
        ("forms: [E, F, G, H]", "forms: [E, F, G, I]", "word_lists.I"),
    ],
    "digit_span": [
        ("shortest: 3, longest: 9", "shortest: 9, longest: 3", "is less than shortest"),
        ("shortest: 3, longest: 9", "shortest: 3, longest: 12", "only 9 different digits"),
        ("{block: forward, misses", "{block: sideward, misses", "there is no block sideward"),
        ("{name: backward, direction", "{name: forward, direction", "two blocks are called forward"),
        ("per: length", "per: colour", "per"),
        ("{name: longest_forward,", "{name: longest_sideward,", "those of the blocks"),
        ("mastered_from: 1, repeats: 1", "mastered_from: 1, repeats: 2", "given again once at most"),
        ("interval_ms: 1000", "interval_ms: 0", "interval_ms"),
    ],
    "spatial_span": [
        ("[46, 46]", "[4600, 46]", "blocks"),
        ("[46, 46]", "[300, 46]", "not on the board"),
        ("[46, 46]", "[150, 66]", "overlap"),
        ("shortest: 2, longest: 9", "shortest: 2, longest: 12", "only 9 blocks"),
        ("lit_ms: 700", "lit_ms: 1000", "less than the interval"),
        ("  size: 64\n", "", "size: Field required"),
        ("mastered_from: 1, repeats: 1", "mastered_from: 1, repeats: 6", "practice.repeats"),
    ],
    "trail_making": [
        ("limit_s: 300", "limit_s: 0", "limit_s"),
        ("circle_count: 25", "circle_count: 60", "circle_count"),
        ("circle_count: 25", "circle_count: 39", "no room"),
        ("path_px: [2050, 2350]", "path_px: [2350, 2050]", "is more than"),
        ("path_px: [2050, 2350]", "path_px: [100, 101]", "none was found"),
        ("apart: 54", "apart: 40", "overlap"),
        ("mastered_from: 0.85, repeats: 1", "mastered_from: 0.85, repeats: -1", "practice.repeats"),
        ("{labels: numbers}", "{labels: animals}", "labels"),
        ("{id: part_b, ", "{id: part_c, ", "part_a and part_b"),
    ],
    "reaction_time": [
        ("wait_ms: [1000, 3000]", "wait_ms: [3000, 1000]", "wait_ms"),
        ("trial_count: 20", "trial_count: 0", "trial_count"),
        ("targets: 4", "targets: 1", "has more"),
        ("mastered_from: 0.75, repeats: 1", "mastered_from: 0.75", "practice.repeats: Field required"),
        ("{id: choice,", "{id: chosen,", "simple and choice"),
        ("slowest_ms: 3000, lapse_ms: 500", "lapse_ms: 500", "slowest_ms: Field required"),
    ],
    "go_no_go": [
        ("trial_count: 80", "trial_count: 81", "whole rounds"),
        ("go_per_round: 3", "go_per_round: 0", "go_per_round"),
        ("slowest_ms: 1500", "slowest: 1500", "slowest"),
        ("mastered_from: 0.75", "mastered_from: 0", "practice.mastered_from"),
    ],
    "clock_drawing": [
        ("{hour: 11, minute: 10}", "{hour: 13, minute: 10}", "hour"),
        ("{hour: 11, minute: 10}", "{hour: 11, minute: 12}", "minute"),
        ("{hour: 11, minute: 10}", "{hour: 11}", "minute: Field required"),
    ],
    "symbol_digit": [
        ("symbol_count: 9", "symbol_count: 12", "symbol_count"),
        ("mastered_from: 0.8", "mastered_from: 80", "practice.mastered_from"),
        ("{name: errors, unit: symbols}", "{name: slips, unit: symbols}", "those of symbol_digit@1"),
    ],
}
TABLE = [pytest.param(slug, *one, id=f"{slug}: {one[1].strip()}") for slug, rows in FAULTS.items() for one in rows]


@pytest.mark.parametrize(("slug", "old", "new", "words"), TABLE)
def test_what_is_wrong_is_told_with_file_and_line(tmp_path: Path, slug: str, old: str, new: str, words: str) -> None:
    folder = own(tmp_path, slug)
    path = folder / "definition.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    told = faults(folder)
    assert any(words in one for one in told), told
    assert all(re.match(r"(definition|en)\.yaml:\d+: ", one) for one in told)
    if new and "none was found" not in words:  # a field that is not there has only the line of what should hold it
        lines = text.splitlines()
        changed = text[: text.index(old)].count("\n")
        section = max(at for at in range(changed + 1) if not lines[at].startswith((" ", "#")))
        places = [one.split(":")[:2] for one in told if words in one]
        assert any(file == "en.yaml" or section < int(line) <= changed + 1 for file, line in places), told


def test_every_kind_and_rule_of_ours_has_its_faults_tried() -> None:
    assert set(FAULTS) == set(OF_OTHERS)


def test_a_season_without_its_days_is_told(tmp_path: Path) -> None:
    folder = own(tmp_path, "orientation")
    path = folder / "definition.yaml"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    next(item for item in written["items"] if item["id"] == "season").pop("parameters")
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    assert any("accepted: Field required" in one for one in faults(folder))


def test_a_thing_without_a_right_name_is_told(tmp_path: Path) -> None:
    folder = own(tmp_path, "naming")
    path = folder / "en.yaml"
    written = yaml.safe_load(path.read_text(encoding="utf-8"))
    del written["names"]["a_picture_1"]
    path.write_text(yaml.safe_dump(written), encoding="utf-8")
    assert any("a_picture_1 has no right name" in one for one in faults(folder))


def test_a_word_that_is_only_heard_needs_its_sound(tmp_path: Path) -> None:
    folder = own(tmp_path, "word_list")
    (folder / "sounds" / "en" / "words" / "comb.mp3").unlink()
    (told,) = faults(folder)
    assert told.startswith("en.yaml:")
    assert "there is no sounds/en/words/comb.mp3" in told


def test_what_the_check_knows_of_the_rules_is_what_they_have() -> None:
    assert set(get_args(Answer.model_fields["kind"].annotation)) == set(spoken_kinds._READERS)
    assert set(categories._LOADERS) == rule_data.CATEGORIES
    assert {letter for letter in letters.LETTERS if letters.lexicon_of(letter, "en")} == set(letters.LETTERS)
    assert {*orientation.PLACES} == rule_data.PLACES
    for form in rule_data._our_scenes():
        assert units_of(form, "en").units


@pytest.mark.parametrize("count", [2, 30])
def test_a_board_that_cannot_be_laid_ends_in_words(count: int) -> None:
    board = Board(312, 400, 22, 54)
    with pytest.raises(ValueError, match="none was found"):
        lay(random.Random(1), board, count, shortest=9000, longest=9001)


def _digit_pairs(rng: random.Random) -> None:
    taken: set[str] = set()
    for _ in range(73):  # there are 72 pairs, and some count on
        generate.digit_sequence(rng, 2, taken=taken)


def _place_pairs(rng: random.Random) -> None:
    taken: set[tuple[int, ...]] = set()
    for _ in range(7):
        generate.place_sequence(rng, places=3, length=2, taken=taken)


NOT_THERE = [
    _digit_pairs,
    _place_pairs,
    lambda rng: generate.go_sequence(rng, length=2, go_per_round=1),
]


@pytest.mark.parametrize("throw", NOT_THERE)
def test_sequences_that_there_are_not_end_in_words(throw: Callable[[random.Random], object]) -> None:
    rng = random.Random(1)
    with pytest.raises(ValueError, match="none was found"):
        throw(rng)


OWN_WORDS = ["anchor", "bucket", "cellar", "dragon", "engine", "feather", "garden", "hammer", "island", "jacket"]


def test_the_lists_of_somebodys_own_word_list_are_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = own(tmp_path, "word_list")
    for name in ("like.txt", "heard_as.txt", "compounds.txt", "comments.txt"):
        (folder / name).unlink()
    (folder / "compounds.txt").write_text("bucket: rain bucket\n", encoding="utf-8")
    (folder / "like.txt").write_text("anchor: ship\n", encoding="utf-8")
    for path, change in ((folder / "definition.yaml", "forms"), (folder / "en.yaml", "word_lists")):
        written = yaml.safe_load(path.read_text(encoding="utf-8"))
        foils = {"related": {"harbour": "anchor"}, "unrelated": ["piano", "nurse"]}
        written[change] = ["A"] if change == "forms" else {"A": {"words": OWN_WORDS} | foils}
        path.write_text(yaml.safe_dump(written), encoding="utf-8")
    for word in OWN_WORDS:
        for suffix in (".ogg", ".mp3"):
            (folder / "sounds" / "en" / "words" / f"{word}{suffix}").touch()
    assert faults(folder) == []
    both = Catalogue(PACKAGED, folder)
    monkeypatch.setattr(lists, "catalogue", lambda: both)
    parameters = {"form": "A"}
    context = QuestionContext("own_word_list", "learning_1", "en", expected=", ".join(OWN_WORDS), parameters=parameters)
    whole = scoring_v2.score_question(context, SpokenAnswer(" ".join(OWN_WORDS)))
    assert (whole.status, whole.values["recalled"]) == ("scored", 10)
    assert not [name for name, value in whole.values.items() if name.startswith("intrusions_") and value]
    strange = scoring_v2.score_question(context, SpokenAnswer("anchor ship bicycle harbour"))
    assert strange.values["recalled"] == 1
    assert strange.values["intrusions_related"] == 2
    held = scoring_v2.score_question(context, SpokenAnswer("a rain bucket, a step ladder"))
    assert (held.values["recalled"], held.values["intrusions_unrelated"]) == (1, 2)
    with pytest.raises(InvalidInput, match="has no list D"):
        scoring_v2.score_question(
            QuestionContext("own_word_list", "learning_1", "en", expected="x", parameters={"form": "D"}),
            SpokenAnswer("x"),
        )
    ours_still = QuestionContext(
        "word_list", "learning_1", "en", expected="bicycle, comb, glove", parameters=parameters
    )
    assert scoring_v2.score_question(ours_still, SpokenAnswer("bicycle comb glove")).values["recalled"] == 3
