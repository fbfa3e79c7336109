"""One Whisper model on the processor: what it hears in a recording, and forced scoring of single words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_compression_ratio
from numpy.typing import NDArray

from cognitive_assessment.records.speech import Stretch, Word

SAMPLE_RATE_HZ = 16_000
FRAMES_PER_SECOND = 100
WINDOW_FRAMES = 3000
BEAM_SIZE = 5
TOKENS_PER_SECOND = 8  # of voice; fluent digits with commas need 6, more is the decoder running in circles
_MIN_TOKENS = 16
_MAX_TOKENS = 200
LOOPING_COMPRESSION_RATIO = 2.4  # text that packs this well repeats itself (Radford et al. 2022, section 4.5)
_EDGE_SAMPLES = 3200
_SAMPLES_PER_STATE = 320  # of the encoder: 50 states a second


@dataclass(frozen=True, slots=True)
class Heard:
    """What one model heard in a whole recording, and what it knows of itself.

    `hypotheses` are whole texts with their mean log-probability per token, the likeliest first, which is `text`.
    """

    text: str
    words: tuple[Word, ...]
    hypotheses: tuple[tuple[str, float], ...]
    no_speech_probability: float
    compression_ratio: float
    is_looping: bool

    @property
    def mean_log_probability(self) -> float:
        """Of the likeliest hypothesis, per token."""
        return self.hypotheses[0][1] if self.hypotheses else 0.0


class Whisper:
    """A loaded model.

    Parameters
    ----------
    name : str
        Kept with every transcript.
    path : Path
        Folder of a CTranslate2 model.
    threads : int, optional
        Processor threads of one decoding.
    """

    def __init__(self, name: str, path: Path, *, threads: int = 2) -> None:
        self.name = name
        self._model = WhisperModel(
            str(path),
            device="cpu",
            compute_type="int8",
            cpu_threads=threads,
            local_files_only=True,
        )

    @property
    def is_multilingual(self) -> bool:
        """Whether it hears more than English."""
        return bool(self._model.model.is_multilingual)

    def hear(
        self, samples: NDArray[np.float32], windows: Sequence[Stretch], *, language: str, has_word_times: bool = True
    ) -> Heard:
        """Transcribe a recording window by window, safe against endless repeats.

        Parameters
        ----------
        samples : ndarray of float, shape (n_samples,)
            16 kHz mono.
        windows : sequence of Stretch
            Parts of at most 30 s; what lies outside is not heard.
        language : str
            Two letters; a model of one language ignores it.
        has_word_times : bool, optional
            Word times and probabilities cost a further pass; a second opinion needs none.

        Returns
        -------
        Heard
            Of all windows together: texts joined, mean log-probability averaged, the worst of the rest.
        """
        parts = [self._hear_window(samples, window, language, has_word_times) for window in windows]
        if not parts:
            return Heard("", (), (), 1.0, 1.0, False)
        if len(parts) == 1:
            return parts[0]
        text = " ".join(part.text for part in parts if part.text)
        mean = float(np.mean([part.mean_log_probability for part in parts]))
        return Heard(
            text=text,
            words=tuple(word for part in parts for word in part.words),
            hypotheses=((text, mean),),
            no_speech_probability=max(part.no_speech_probability for part in parts),
            compression_ratio=max(part.compression_ratio for part in parts),
            is_looping=any(part.is_looping for part in parts),
        )

    def _hear_window(self, samples: NDArray[np.float32], window: Stretch, language: str, has_word_times: bool) -> Heard:
        first, last = int(window.onset_s * SAMPLE_RATE_HZ), int(window.offset_s * SAMPLE_RATE_HZ)
        tokenizer = self._tokenizer(language)
        features = self._model.feature_extractor(samples[first:last])
        frames = min(features.shape[-1], WINDOW_FRAMES)
        encoded = self._encode([pad_or_trim(features, WINDOW_FRAMES)])
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=True)
        most = min(_MAX_TOKENS, _MIN_TOKENS + math.ceil(TOKENS_PER_SECOND * (window.offset_s - window.onset_s)))
        found = self._model.model.generate(
            encoded,
            [prompt],
            beam_size=BEAM_SIZE,
            num_hypotheses=BEAM_SIZE,
            max_length=len(prompt) + most,
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        tokens = [[token for token in ids if token < tokenizer.eot] for ids in found.sequences_ids]
        texts = [tokenizer.decode(ids).strip() for ids in tokens]
        chosen = next((place for place, ids in enumerate(tokens) if not _is_looping(texts[place], ids, most)), None)
        is_looping, place = chosen is None, chosen or 0
        words: tuple[Word, ...] = ()
        if has_word_times and tokens[place]:
            aligned = self._model.find_alignment(tokenizer, [tokens[place]], encoded, frames)
            words = _words(aligned[0], window)
        order = [place, *(other for other in range(len(texts)) if other != place)]
        return Heard(
            text=texts[place],
            words=words,
            hypotheses=tuple((texts[one], float(found.scores[one])) for one in order),
            no_speech_probability=float(found.no_speech_prob),
            compression_ratio=_compression_ratio(texts[place]),
            is_looping=is_looping,
        )

    def score_words(
        self, stretches: Sequence[NDArray[np.float32]], spellings: Sequence[Sequence[str]], *, window_s: float
    ) -> NDArray[np.float64]:
        """Log-probability that each stretch begins with each word, by its first token, over all its spellings.

        Parameters
        ----------
        stretches : sequence of ndarray of float
            Pieces of a 16 kHz recording, one word each.
        spellings : sequence of sequences of str
            For each word, the ways in which the model may write it.
        window_s : float
            Each stretch is heard in a window this long; the whole 30 s would cost ten times as much and add little.

        Returns
        -------
        ndarray, shape (n_stretches, n_words)
            Of all that the model could write, so that a stretch that is none of the words scores low throughout.
        """
        if not stretches:
            return np.zeros((0, len(spellings)))
        tokenizer = self._tokenizer("en")
        firsts = [sorted({tokenizer.encode(f" {spelling}")[0] for spelling in word}) for word in spellings]
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=True)
        encoded = self._encode([self._framed(stretch, int(window_s * FRAMES_PER_SECOND)) for stretch in stretches])
        heard = self._model.model.generate(
            encoded,
            [prompt] * len(stretches),
            beam_size=1,
            max_length=len(prompt) + 1,
            return_logits_vocab=True,
            suppress_blank=False,
            suppress_tokens=[],
        )
        # (steps, vocabulary) for each stretch; only the first step is about the word
        logits = np.stack([np.asarray(one.logits[0], dtype=np.float64)[0] for one in heard])
        logits -= np.logaddexp.reduce(logits, axis=1, keepdims=True)
        return np.stack([np.logaddexp.reduce(logits[:, first], axis=1) for first in firsts], axis=1)

    def embed_words(
        self, stretches: Sequence[NDArray[np.float32]], *, window_s: float, parts: int
    ) -> NDArray[np.float32]:
        """What the encoder makes of each stretch, averaged over equal parts of it.

        Parameters
        ----------
        stretches : sequence of ndarray of float
            Pieces of a 16 kHz recording, one word each, not empty.
        window_s : float
            As for `score_words`.
        parts : int
            Into how many parts a stretch is cut, in the order of time.

        Returns
        -------
        ndarray, shape (n_stretches, parts * width)
            `width` is that of the model's encoder.
        """
        encoded = np.array(self._encode([self._framed(one, int(window_s * FRAMES_PER_SECOND)) for one in stretches]))
        first = round(_EDGE_SAMPLES / _SAMPLES_PER_STATE)
        rows = []
        for states, stretch in zip(encoded, stretches, strict=True):
            last = min(first + max(round(stretch.size / _SAMPLES_PER_STATE), parts), len(states))
            rows.append([states[of].mean(axis=0) for of in np.array_split(np.arange(first, last), parts)])
        return np.array(rows, dtype=np.float32).reshape(len(stretches), -1)

    def _framed(self, stretch: NDArray[np.float32], frames: int) -> NDArray[np.float32]:
        edge = np.zeros(_EDGE_SAMPLES, np.float32)
        features = self._model.feature_extractor(np.concatenate([edge, stretch, edge])[: frames * 160])
        framed: NDArray[np.float32] = pad_or_trim(features, frames)
        return framed

    def _encode(self, features: Sequence[NDArray[np.float32]]) -> Any:
        return self._model.model.encode(
            ctranslate2.StorageView.from_array(np.ascontiguousarray(np.stack(features), dtype=np.float32))
        )

    def _tokenizer(self, language: str) -> Tokenizer:
        return Tokenizer(
            self._model.hf_tokenizer,
            self.is_multilingual,
            task="transcribe" if self.is_multilingual else None,
            language=language if self.is_multilingual else None,
        )


def _compression_ratio(text: str) -> float:
    return float(get_compression_ratio(text)) if text else 1.0


def _is_looping(text: str, tokens: Sequence[int], most: int) -> bool:
    return len(tokens) >= most or _compression_ratio(text) > LOOPING_COMPRESSION_RATIO


def _words(aligned: Sequence[Mapping[str, Any]], window: Stretch) -> tuple[Word, ...]:
    """Words with their times in the recording; a mark goes with the word before it."""
    words: list[Word] = []
    for one in aligned:
        text = str(one["word"])
        if not text.strip():
            continue
        onset_s, offset_s = (
            round(min(window.onset_s + float(one[key]), window.offset_s), 3) for key in ("start", "end")
        )
        if words and not any(character.isalnum() for character in text):
            before = words[-1]
            words[-1] = Word(before.text + text.strip(), before.onset_s, offset_s, before.confidence)
            continue
        words.append(Word(text.strip(), onset_s, offset_s, float(one["probability"])))
    return tuple(words)
