"""`cas transcribe` on real voices and on what is no voice at all."""

from __future__ import annotations

import io
import json
import wave
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from cognitive_assessment.cli.main import cli
from cognitive_assessment.config import settings
from cognitive_assessment.models import recognisers
from cognitive_assessment.speech.decode import SAMPLE_RATE_HZ, decode
from cognitive_assessment.speech.digit_fusion import align
from cognitive_assessment.speech.windows import LONGEST_WINDOW_S, windows_of

DATA = Path(__file__).parents[1] / "data" / "speech"
TRUTH = {entry["file"]: entry for entry in json.loads((DATA / "truth.json").read_text())}


def run(*arguments: str):
    return CliRunner().invoke(cli, ["transcribe", *arguments])


def wav(samples: np.ndarray) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE_HZ)
        sound.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


@pytest.mark.slow
def test_digits_are_read_with_their_times_and_what_is_wrong_is_sent_to_review(tmp_path):
    (tmp_path / "text.wav").write_text("This is no sound.")
    files = [*(str(DATA / name) for name in TRUTH), str(tmp_path / "text.wav"), str(tmp_path / "none.wav")]
    done = run("--answer", "digits", "--json", *files)
    assert done.exit_code == 1
    documents = {Path(one["file"]).name: one for one in map(json.loads, done.stdout.splitlines())}
    assert documents.keys() == TRUTH.keys()
    for name, one in documents.items():
        assert set(one) == {"file", "text", "answer", "words", "probability_right", "needs_review", "reason"}
        assert one["answer"] == TRUTH[name]["digits"] or one["needs_review"]
        for word, (_, onset_s, offset_s) in zip(one["words"], TRUTH[name]["words"], strict=True):
            assert word["onset_s"] == pytest.approx(onset_s, abs=0.15)
            assert word["offset_s"] == pytest.approx(offset_s, abs=0.3)
    assert documents["jackson_3_0.flac"]["answer"] == TRUTH["jackson_3_0.flac"]["digits"]
    assert "text.wav" in done.stderr
    assert "none.wav" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", recognisers.BUNDLED)
def test_both_recognisers_are_quantised_as_loaded(name):
    assert recognisers.load(name)._model.model.compute_type.startswith("int8")


@pytest.mark.slow
def test_whatever_is_given_is_named_and_the_others_are_still_read(tmp_path):
    voice = decode(DATA / "jackson_3_0.flac").samples
    whole = (DATA / "jackson_3_0.flac").read_bytes()
    (tmp_path / "empty.wav").touch()
    (tmp_path / "folder.wav").mkdir()
    (tmp_path / "encrypted.flac").write_bytes(np.random.default_rng(0).bytes(40_000))
    (tmp_path / "zero_seconds.wav").write_bytes(wav(np.zeros(0)))
    (tmp_path / "silent.wav").write_bytes(wav(np.zeros(48_000)))
    (tmp_path / "clipped.wav").write_bytes(wav(voice * 40))
    (tmp_path / "truncated.flac").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "good.flac").write_bytes(whole)
    done = run("--answer", "digits", "--json", *(str(path) for path in sorted(tmp_path.iterdir())))
    assert done.exit_code == 1
    assert "Traceback" not in done.stderr
    refused = {Path(line.split(": ")[1]).name: line for line in done.stderr.splitlines() if line.startswith("cas: ")}
    assert refused.keys() == {"empty.wav", "folder.wav", "encrypted.flac", "zero_seconds.wav"}
    assert "folder" in refused["folder.wav"].split(": ", 2)[2]
    assert "encrypted" in refused["encrypted.flac"].split(": ", 2)[2]
    read = {Path(one["file"]).name: one for one in map(json.loads, done.stdout.splitlines())}
    assert read.keys() == {"silent.wav", "clipped.wav", "truncated.flac", "good.flac"}
    assert read["good.flac"]["answer"] == TRUTH["jackson_3_0.flac"]["digits"]
    for name, words in {"silent.wav": "silent", "clipped.wav": "overdriven", "truncated.flac": "breaks off"}.items():
        assert read[name]["needs_review"]
        assert words in read[name]["reason"]
    assert read["silent.wav"]["answer"] == ""
    assert read["silent.wav"]["probability_right"] is None


@pytest.mark.slow
def test_a_written_line_and_an_unknown_language():
    path = str(DATA / "jackson_3_0.flac")
    done = run("--answer", "digits", path)
    assert done.exit_code == 0
    assert TRUTH["jackson_3_0.flac"]["digits"] in done.stdout
    refused = run("--answer", "words", "--locale", "de", path)
    assert refused.exit_code == 1


def test_help_says_what_can_be_asked_for():
    assert "digits" in run("--help").stdout


def test_long_recordings_are_cut_in_their_pauses():
    from cognitive_assessment.records.speech import Stretch

    voice = [Stretch(float(start), start + 2.0) for start in range(0, 60, 3)]
    windows = windows_of(voice, 62.0)
    assert all(window.offset_s - window.onset_s <= LONGEST_WINDOW_S for window in windows)
    for stretch in voice:
        assert any(w.onset_s <= stretch.onset_s and stretch.offset_s <= w.offset_s for w in windows)
    assert windows_of([], 10.0) == ()
    assert windows_of(voice[:3], 9.0) == (Stretch(0.0, 9.0),)


def test_a_swallowed_digit_is_put_beside_the_right_stretch():
    import numpy as np

    scores = np.full((3, 10), -8.0)
    for place, digit in enumerate((9, 9, 4)):
        scores[place, digit] = -0.01
    assert align("94", scores) in ({0: 9, 2: 4}, {1: 9, 2: 4})
    assert align("994", scores) == {0: 9, 1: 9, 2: 4}


@pytest.mark.slow
def test_another_recogniser_has_no_known_probability_and_is_always_reviewed(monkeypatch):
    monkeypatch.setenv("CAS_ASR_MODEL", "base")
    settings.cache_clear()
    done = run("--answer", "digits", "--json", str(DATA / "jackson_3_0.flac"))
    settings.cache_clear()
    one = json.loads(done.stdout)
    assert (one["probability_right"], one["needs_review"]) == (None, True)
    assert one["reason"] == "How surely this recogniser hears right was never measured."
