"""Shape, measure, write and read the sound of a text; used by make_stimuli.py and make_participant_voice.py."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import av
import numpy as np

SAMPLE_RATE_HZ = 24000
SETTINGS: dict[str, Any] = {
    "speech_level_dbfs": -24.0,  # root mean square over the frames of voice, so that pauses do not count
    "peak_ceiling_dbfs": -1.0,
    "digit_onset_ms": 20.0,
    "digit_tail_ms": 60.0,
    "speech_lead_ms": 60.0,
    "speech_tail_ms": 200.0,
    "onset_threshold_db": -36.0,  # below the loudest 5 ms
    "bit_rates": {"ogg": 24000, "mp3": 32000, "digit_ogg": 40000, "digit_mp3": 48000},
}
FRAME = SAMPLE_RATE_HZ // 200  # 5 ms
ONSET_TOLERANCE_S = 0.0004


def _levels_db(samples: np.ndarray, hop: int) -> np.ndarray:
    """Level of every 5 ms window, `hop` samples apart, in dB relative to the loudest."""
    power = np.convolve(np.square(samples, dtype=np.float64), np.ones(FRAME) / FRAME, mode="valid")[::hop]
    return 10 * np.log10(np.maximum(power, 1e-12) / max(float(power.max()), 1e-12))


def onset_s(samples: np.ndarray) -> float:
    """Where the voice begins: the end of the first 5 ms window less than 36 dB below the loudest one."""
    first = int(np.argmax(_levels_db(samples, 1) > SETTINGS["onset_threshold_db"]))
    return (first + FRAME) / SAMPLE_RATE_HZ


def _stretches(samples: np.ndarray) -> list[tuple[int, int]]:
    """Stretches of sound as sample ranges; silence under 120 ms (the closure of a t, say) does not part them."""
    loud = np.flatnonzero(_levels_db(samples, FRAME) > -38.0)
    found: list[list[int]] = []
    for index in loud:
        if found and (index - found[-1][1]) * FRAME <= 0.12 * SAMPLE_RATE_HZ:
            found[-1][1] = int(index) + 1
        else:
            found.append([int(index), int(index) + 1])
    return [(start * FRAME, end * FRAME) for start, end in found]


def stretch_count(samples: np.ndarray) -> int:
    """How many stretches of sound the pauses leave."""
    return len(_stretches(samples))


def cut_last_stretch(samples: np.ndarray) -> np.ndarray:
    """What is said after the last pause of a carrier sentence."""
    stretches = _stretches(samples)
    if len(stretches) < 2:
        raise SystemExit("the carrier sentence holds no pause to cut at")
    start, end = stretches[-1]
    margin = round(0.03 * SAMPLE_RATE_HZ)
    return samples[max(start - margin, 0) : end + margin]


def speech_level_dbfs(samples: np.ndarray) -> float:
    """Root mean square over the 5 ms frames of voice (those less than 30 dB below the loudest), in dB of full scale."""
    powers = np.square(samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME), dtype=np.float64).mean(axis=1)
    return 10 * float(np.log10(powers[powers > powers.max() * 1e-3].mean()))


def _at_level(samples: np.ndarray) -> np.ndarray:
    """The samples with their voice at the documented level; a text that would clip there stops the making."""
    louder = samples * 10 ** ((SETTINGS["speech_level_dbfs"] - speech_level_dbfs(samples)) / 20)
    peak_dbfs = 20 * float(np.log10(np.abs(louder).max()))
    if peak_dbfs > SETTINGS["peak_ceiling_dbfs"]:
        raise SystemExit(f"the peak would be {peak_dbfs:.1f} dBFS: lower speech_level_dbfs")
    return np.asarray(louder)


def trimmed(samples: np.ndarray, tail_s: float) -> np.ndarray:
    """The voice alone, at its level, faded at both ends, with silence after it."""
    stretches = _stretches(samples)
    margin = round(0.005 * SAMPLE_RATE_HZ)
    voice = _at_level(samples[max(stretches[0][0] - margin, 0) : stretches[-1][1] + margin])
    fade = np.linspace(0.0, 1.0, margin)
    voice[:margin] *= fade
    voice[-margin:] *= fade[::-1]
    return np.concatenate([voice, np.zeros(round(tail_s * SAMPLE_RATE_HZ))])


def shaped(samples: np.ndarray, *, is_digit: bool) -> np.ndarray:
    """Trim, level and fade; the voice begins at the documented place."""
    voice = trimmed(samples, SETTINGS["digit_tail_ms" if is_digit else "speech_tail_ms"] / 1000)
    return _placed(np.concatenate([np.zeros(SAMPLE_RATE_HZ // 5), voice]), is_digit=is_digit)


def _placed(padded: np.ndarray, *, is_digit: bool) -> np.ndarray:
    """Cut the start so that the voice begins where it should in what a browser will decode.

    Coding smears the first milliseconds, differently for each place in the coder's frames, so the nearest places are
    tried.
    """
    lead_s = SETTINGS["digit_onset_ms" if is_digit else "speech_lead_ms"] / 1000
    first = round((onset_s(padded) - lead_s) * SAMPLE_RATE_HZ)
    for shift in sorted(range(-144, 145, 6), key=abs):
        candidate = padded[first + shift :]
        if abs(onset_s(_round_trip(candidate, is_digit=is_digit)) - lead_s) <= ONSET_TOLERANCE_S:
            return candidate
    raise SystemExit("the voice's onset cannot be placed: choose another voice, speed or threshold")


def _round_trip(samples: np.ndarray, *, is_digit: bool) -> np.ndarray:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.ogg"
        encode(samples, path, is_digit=is_digit)
        return decode(path)


def encode(samples: np.ndarray, path: Path, *, is_digit: bool) -> None:
    """Write mono Opus in Ogg, or MP3, by the name's ending."""
    kind = path.suffix.lstrip(".")
    codec, sample_format = ("libopus", "flt") if kind == "ogg" else ("libmp3lame", "fltp")
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=SAMPLE_RATE_HZ, layout="mono")
        stream.bit_rate = SETTINGS["bit_rates"][f"digit_{kind}" if is_digit else kind]
        frame = av.AudioFrame.from_ndarray(samples.astype(np.float32)[None, :], format=sample_format, layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        for packet in [*stream.encode(frame), *stream.encode(None)]:
            container.mux(packet)


def decode(path: Path) -> np.ndarray:
    """The samples of a file at 24 kHz, as a browser would decode them."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("fltp", "mono", SAMPLE_RATE_HZ)
        frames = [f for frame in container.decode(audio=0) for f in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames])
