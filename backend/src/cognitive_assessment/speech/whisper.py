"""One Whisper model on the processor: free decoding with word times, and forced scoring of single words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from numpy.typing import NDArray

from cognitive_assessment.records.speech import Word

FRAMES_PER_SECOND = 100
TOKENS_PER_SECOND = 6  # people say at most about four words a second; more is the decoder running in circles
_MIN_TOKENS = 24
_EDGE_SAMPLES = 3200


@dataclass(frozen=True, slots=True)
class Decoding:
    """What one model heard in a whole recording, and what it knows of itself."""

    text: str
    words: tuple[Word, ...]
    mean_log_probability: float
    no_speech_probability: float
    compression_ratio: float


class Whisper:
    """A loaded model; `name` is kept with every transcript."""

    def __init__(self, name: str, path: Path, *, files: dict[str, bytes] | None = None, threads: int = 2) -> None:
        self.name = name
        self._model = WhisperModel(
            str(path), device="cpu", compute_type="int8", cpu_threads=threads, local_files_only=True, files=files
        )

    def decode(self, samples: NDArray[np.float32], *, language: str, has_word_times: bool = True) -> Decoding:
        """Transcribe a whole recording, greedily safe against endless repeats.

        Parameters
        ----------
        samples : ndarray of float, shape (n_samples,)
            16 kHz mono.
        language : str
            Two letters; a model of one language ignores it.
        has_word_times : bool, optional
            Word times and probabilities cost a further pass; a second opinion needs none.
        """
        seconds = samples.size / 16_000
        segments, _ = self._model.transcribe(
            samples,
            language=language,
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
            max_new_tokens=min(200, _MIN_TOKENS + math.ceil(TOKENS_PER_SECOND * min(seconds, 30))),
            word_timestamps=has_word_times,
        )
        found = list(segments)
        if not found:
            return Decoding("", (), 0.0, 1.0, 1.0)
        weights = np.array([max(1, len(segment.tokens)) for segment in found], float)
        return Decoding(
            text=" ".join(segment.text.strip() for segment in found),
            words=tuple(
                Word(word.word.strip(), round(float(word.start), 3), round(float(word.end), 3), float(word.probability))
                for segment in found
                for word in segment.words or ()
            ),
            mean_log_probability=float(np.average([s.avg_logprob for s in found], weights=weights)),
            no_speech_probability=float(max(s.no_speech_prob for s in found)),
            compression_ratio=float(max(s.compression_ratio for s in found)),
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
            Normalised over the words: each row's exponentials add up to 1.
        """
        if not stretches:
            return np.zeros((0, len(spellings)))
        tokenizer = self._tokenizer()
        firsts = [[tokenizer.encode(f" {spelling}")[0] for spelling in word] for word in spellings]
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=True)
        features = np.stack([self._features(stretch, window_s) for stretch in stretches])
        encoded = self._model.model.encode(ctranslate2.StorageView.from_array(features))
        heard = self._model.model.generate(
            encoded,
            [prompt] * len(stretches),
            beam_size=1,
            max_length=len(prompt) + 1,
            return_logits_vocab=True,
            suppress_blank=False,
            suppress_tokens=[],
        )
        logits = np.stack([np.asarray(one.logits[0], dtype=np.float64).ravel() for one in heard])
        of_words = np.stack([np.logaddexp.reduce(logits[:, first], axis=1) for first in firsts], axis=1)
        normalised: NDArray[np.float64] = of_words - np.logaddexp.reduce(of_words, axis=1, keepdims=True)
        return normalised

    def _features(self, stretch: NDArray[np.float32], window_s: float) -> NDArray[np.float32]:
        frames = int(window_s * FRAMES_PER_SECOND)
        edge = np.zeros(_EDGE_SAMPLES, np.float32)
        framed = np.concatenate([edge, stretch, edge])[: frames * 160]
        features: NDArray[np.float32] = np.ascontiguousarray(
            pad_or_trim(self._model.feature_extractor(framed), frames), dtype=np.float32
        )
        return features

    def _tokenizer(self) -> Tokenizer:
        is_multilingual = self._model.model.is_multilingual
        return Tokenizer(
            self._model.hf_tokenizer,
            is_multilingual,
            task="transcribe" if is_multilingual else None,
            language="en" if is_multilingual else None,
        )
