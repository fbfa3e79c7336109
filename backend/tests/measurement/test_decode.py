"""Whatever arrives as a recording is read, or refused in words."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import av
import numpy as np
import pytest

from cognitive_assessment.errors import UnreadableAudio
from cognitive_assessment.speech import quality, voice_activity
from cognitive_assessment.speech.decode import SAMPLE_RATE_HZ, decode

DIGITS = Path(__file__).parents[1] / "data" / "speech" / "jackson_3_0.flac"


def wav(samples: np.ndarray, rate_hz: int = SAMPLE_RATE_HZ, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate_hz)
        sound.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return file.getvalue()


def encoded(samples: np.ndarray, container: str, codec: str, rate_hz: int = 48_000) -> bytes:
    file = io.BytesIO()
    with av.open(file, "w", format=container) as output:
        stream = output.add_stream(codec, rate=rate_hz)
        stream.layout = "mono"
        frame = av.AudioFrame.from_ndarray((samples * 32767).astype(np.int16)[None], "s16", "mono")
        frame.rate = rate_hz
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            output.mux(packet)
    return file.getvalue()


def tone(seconds: float, rate_hz: int = SAMPLE_RATE_HZ) -> np.ndarray:
    return 0.3 * np.sin(2 * np.pi * 440 * np.arange(int(seconds * rate_hz)) / rate_hz)


@pytest.mark.parametrize(
    ("container", "codec"),
    [("webm", "libopus"), ("ogg", "libopus"), ("mp4", "aac"), ("flac", "flac"), ("mp3", "libmp3lame")],
)
def test_every_container_of_browsers_is_read(container, codec):
    signal = decode(io.BytesIO(encoded(tone(2, 48_000), container, codec)))
    assert signal.sample_rate_hz == SAMPLE_RATE_HZ
    assert signal.duration_s == pytest.approx(2, abs=0.1)
    assert np.abs(signal.samples).max() == pytest.approx(0.3, abs=0.05)


def test_stereo_and_other_rates_become_16_khz_mono():
    both = np.repeat(tone(1, 44_100), 2)
    signal = decode(io.BytesIO(wav(both, 44_100, channels=2)))
    assert signal.samples.ndim == 1
    assert signal.duration_s == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "read"),
        (b"This is a text, renamed to .wav.\n" * 50, "read"),
        (bytes(range(256)) * 40, "read"),
        (np.random.default_rng(1).bytes(20_000), "read"),
        (wav(np.zeros(0)), "0 seconds"),
    ],
)
def test_what_is_no_sound_is_refused(content, words):
    with pytest.raises(UnreadableAudio) as caught:
        decode(io.BytesIO(content))
    assert words in str(caught.value)
    assert "encrypted" in str(caught.value.remedy)


def test_files_that_are_none(tmp_path):
    (tmp_path / "empty.wav").touch()
    for path, words in [
        (tmp_path, "folder"),
        (tmp_path / "none.wav", "no such file"),
        (tmp_path / "empty.wav", "empty"),
    ]:
        with pytest.raises(UnreadableAudio, match=words):
            decode(path)


def test_three_hours_are_refused_without_being_read_whole(tmp_path):
    path = tmp_path / "long.wav"
    header = bytearray(wav(np.zeros(0)))
    size = 3 * 3600 * SAMPLE_RATE_HZ * 2
    header[40:44] = size.to_bytes(4, "little")
    header[4:8] = (size + 36).to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(header)
        file.truncate(len(header) + size)  # sparse: it takes no room
    with pytest.raises(UnreadableAudio, match="long"):
        decode(path)


def test_a_file_that_breaks_off_is_read_up_to_there():
    whole = DIGITS.read_bytes()
    signal = decode(io.BytesIO(whole[: len(whole) // 2]))
    assert signal.is_truncated
    assert 0.3 < signal.duration_s < decode(DIGITS).duration_s


def test_a_playlist_opens_nothing_else(tmp_path):
    (tmp_path / "secret.wav").write_bytes(wav(tone(1)))
    playlist = f"#EXTM3U\n#EXTINF:1,\nfile://{tmp_path}/secret.wav\n#EXT-X-ENDLIST\n"
    with pytest.raises(UnreadableAudio):
        decode(io.BytesIO(playlist.encode()))


def test_a_video_is_heard():
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        video = output.add_stream("mpeg4", rate=10)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        audio = output.add_stream("aac", rate=SAMPLE_RATE_HZ)
        audio.layout = "mono"
        for _ in range(10):
            output.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")))
        frame = av.AudioFrame.from_ndarray((tone(1) * 32767).astype(np.int16)[None], "s16", "mono")
        frame.rate = SAMPLE_RATE_HZ
        output.mux([*audio.encode(frame), *audio.encode(None), *video.encode(None)])
    assert decode(io.BytesIO(file.getvalue())).duration_s == pytest.approx(1, abs=0.15)


def test_the_voice_is_found_where_it_is_and_counted():
    signal = decode(DIGITS)
    stretches = voice_activity.find_stretches(signal.samples, signal.sample_rate_hz)
    assert len(stretches) == 3
    assert quality.assess(signal.samples, signal.sample_rate_hz, stretches).is_usable


@pytest.mark.parametrize(
    ("samples", "problem"),
    [
        (np.zeros(16_000), "silent"),
        (np.random.default_rng(2).normal(0, 0.01, 32_000), "no_speech"),
        (tone(0.1), "too_short"),
    ],
)
def test_the_gate_says_what_is_wrong(samples, problem):
    heard = samples.astype(np.float32)
    found = quality.assess(heard, SAMPLE_RATE_HZ, voice_activity.find_stretches(heard, SAMPLE_RATE_HZ))
    assert problem in found.problems
    assert not found.is_usable


def test_clipping_is_noticed():
    signal = decode(DIGITS)
    loud = np.clip(signal.samples * 40, -1, 1)
    stretches = voice_activity.find_stretches(loud, signal.sample_rate_hz)
    assert "clipped" in quality.assess(loud, signal.sample_rate_hz, stretches).problems


def test_a_wav_that_is_cut_off_says_so_and_one_that_is_whole_does_not():
    whole = wav(np.zeros(SAMPLE_RATE_HZ, np.float32))
    assert not decode(io.BytesIO(whole)).is_truncated
    assert decode(io.BytesIO(whole[:-400])).is_truncated
    stream = whole[:4] + b"\xff" * 4 + whole[8:]
    assert not decode(io.BytesIO(stream)).is_truncated
