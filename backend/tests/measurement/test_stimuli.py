"""The sound files that a participant hears: complete, of the words that the definitions hold, and exactly placed."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import heard_stimuli
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.spoken_texts import spoken_texts
from cognitive_assessment.instruments.word_files import read_groups
from cognitive_assessment.instruments.word_list.lists import FOLDER
from heard_stimuli import DIGIT_WORDS, FILES, PUBLIC, decoded, words_of

DIGIT_PATHS = [f"/stimuli/en/digits/{digit}.ogg" for digit in range(10)]
HEARD = json.loads(heard_stimuli.KEPT.read_text())
NEWS = "`.venv/bin/python backend/tests/heard_stimuli.py` hears what has changed"


def onset_ms(samples: NDArray[np.float32], sample_rate_hz: int) -> float:
    """The end of the first 5 ms that are less than 36 dB below the loudest; docs/reference/stimuli.md."""
    width = sample_rate_hz // 200
    power = np.cumsum(np.concatenate([[0.0], np.square(samples, dtype=np.float64)]))
    power = power[width:] - power[:-width]
    first = int(np.argmax(power > power.max() * 10 ** (-36 / 10)))
    return 1000 * (first + width) / sample_rate_hz


def level_dbfs(samples: NDArray[np.float32], width: int) -> float:
    powers = np.square(samples[: len(samples) // width * width].reshape(-1, width), dtype=np.float64).mean(axis=1)
    return float(10 * np.log10(powers[powers > powers.max() / 1000].mean()))


def test_every_text_of_every_definition_is_spoken_word_for_word() -> None:
    texts = spoken_texts()
    assert texts
    assert {t["path"]: t["text"] for t in texts} == {t["path"]: FILES.get(t["path"], {}).get("text") for t in texts}


def test_a_plan_names_no_sound_that_is_missing() -> None:
    named = set()
    for battery in catalogue().batteries:
        plan = json.dumps(catalogue().make_plan(battery, "en", 7))
        named |= set(re.findall(r'"(/stimuli/[^"]+)"', plan))
    assert named
    assert {path for path in named if path.endswith(".ogg")} <= set(FILES)
    assert all((PUBLIC / path.lstrip("/")).is_file() for path in named)


def test_no_file_is_stale_and_every_file_is_as_it_was_made() -> None:
    hashes = {e["path"]: e["sha256"] for e in FILES.values()}
    hashes |= {e["twin"]["path"]: e["twin"]["sha256"] for e in FILES.values()}
    present = {
        f"/{p.relative_to(PUBLIC).as_posix()}": hashlib.sha256(p.read_bytes()).hexdigest()
        for p in (PUBLIC / "stimuli").rglob("*")
        if p.suffix in {".ogg", ".mp3"}
    }
    assert present == hashes
    wanted = {t["path"] for t in spoken_texts()} | set(DIGIT_PATHS) | {"/stimuli/en/sound_check.ogg"}
    assert set(FILES) == wanted


def test_what_one_session_loads_stays_small() -> None:
    for battery in catalogue().batteries:
        plan = json.dumps(catalogue().make_plan(battery, "en", 7))
        named = set(re.findall(r'"(/stimuli/[^"]+)"', plan))
        assert sum((PUBLIC / path.lstrip("/")).stat().st_size for path in named) < 3_000_000


WORD_PATHS = sorted(entry["path"] for entry in FILES.values() if entry["kind"] == "word")


def test_every_word_to_be_learnt_is_heard_alone_and_leaves_room_in_its_two_seconds() -> None:
    lists = catalogue().texts["word_list", "en"].word_lists.values()
    words = {word for one in lists for word in [*one.words, *one.foils]}  # also of forms that are given no more
    assert [Path(path).stem for path in WORD_PATHS] == sorted(words)
    for path in WORD_PATHS:
        samples = decoded(path, 24000)
        assert onset_ms(samples, 24000) == pytest.approx(20.0, abs=1.0), path
        assert len(samples) / 24000 < 1.2, path


@pytest.mark.parametrize("path", DIGIT_PATHS)
def test_a_digit_begins_20_ms_into_its_file_and_leaves_room_in_its_second(path: str) -> None:
    samples = decoded(path, 24000)
    measured = onset_ms(samples, 24000)
    assert measured == pytest.approx(FILES[path]["onset_ms"], abs=1.0)
    assert measured == pytest.approx(20.0, abs=1.0)
    assert len(samples) / 24000 < 0.9


@pytest.mark.parametrize("path", sorted(FILES))
def test_every_file_is_equally_loud_and_unclipped(path: str) -> None:
    for sound in (path, FILES[path]["twin"]["path"]):
        samples = decoded(sound, 24000)
        assert level_dbfs(samples, 120) == pytest.approx(-24.0, abs=1.0)
        assert np.abs(samples).max() < 0.95


def word_errors(reference: list[str], heard: list[str]) -> int:
    costs = list(range(len(heard) + 1))
    for row, wanted in enumerate(reference, 1):
        diagonal, costs[0] = costs[0], row
        for column, word in enumerate(heard, 1):
            diagonal, costs[column] = (
                costs[column],
                min(costs[column] + 1, costs[column - 1] + 1, diagonal + (wanted != word)),
            )
    return costs[-1]


def faults(heard: dict[str, list[str]]) -> dict[str, list[str]]:
    """Digits and words that were heard as others, and sentences with more than two wrong words."""
    spelt_otherwise = read_groups(FOLDER / "heard_as.txt")
    found = {}
    for path, words in heard.items():
        entry = FILES[path]
        if entry["kind"] == "speech":
            is_right = word_errors(words_of(entry["text"]), words) <= 2
        elif entry["kind"] == "digit":
            is_right = words == words_of(entry["text"])
        else:
            alone = "".join(words)
            is_right = spelt_otherwise.get(alone, alone) == entry["text"]
        if not is_right:
            found[path] = words
    return found


def test_a_recogniser_heard_in_every_file_what_it_says() -> None:
    kept = HEARD["files"]
    assert {path: one["sha256"] for path, one in kept.items()} == {p: e["sha256"] for p, e in FILES.items()}, NEWS
    heard = {path: one["heard"].split() for path, one in kept.items()}
    assert faults(heard) == {}
    assert [heard[path] for path in DIGIT_PATHS] == [[word] for word in DIGIT_WORDS]
    references = {path: words_of(entry["text"]) for path, entry in FILES.items() if entry["kind"] == "speech"}
    errors = {path: word_errors(reference, heard[path]) for path, reference in references.items()}
    assert sum(errors.values()) / sum(map(len, references.values())) < 0.03, errors


@pytest.mark.slow
@pytest.mark.timeout(900)  # half a minute of work where nothing else runs
def test_a_recogniser_still_hears_it() -> None:
    assert heard_stimuli.model_sha256() == HEARD["model_sha256"], NEWS
    hear = heard_stimuli.recogniser()
    assert [hear(path) for path in DIGIT_PATHS] == [[word] for word in DIGIT_WORDS]
    assert faults({path: hear(path) for path in sorted(set(FILES) - set(DIGIT_PATHS))[::12]}) == {}
