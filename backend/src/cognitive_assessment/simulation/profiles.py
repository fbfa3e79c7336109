"""Kinds of simulated participants: synthetic figures that look plausible, taken from no person and no norm."""

from __future__ import annotations

from dataclasses import dataclass

ANIMALS = (
    "dog",
    "cat",
    "horse",
    "cow",
    "pig",
    "sheep",
    "lion",
    "tiger",
    "elephant",
    "bear",
    "wolf",
    "fox",
    "rabbit",
    "mouse",
    "deer",
    "bird",
    "snake",
    "monkey",
    "zebra",
    "giraffe",
    "goat",
    "chicken",
    "duck",
    "fish",
    "frog",
    "whale",
    "shark",
    "eagle",
    "owl",
)


@dataclass(frozen=True, slots=True)
class Profile:
    """How well and how fast a simulated participant answers.

    Spans are the longest sequence that is still repeated rightly; `day_error_probability` is that of a wrong answer to
    a question about today; times are medians of a log-normal distribution.
    """

    name: str
    forward_span: int
    backward_span: int
    day_error_probability: float
    animal_count: int
    repetition_count: int
    reaction_time_ms: float
    symbol_error_probability: float
    thinking_s: float


PROFILES = {
    one.name: one
    for one in (
        Profile("typical", 6, 4, 0.02, 19, 1, 1900, 0.02, 0.9),
        Profile("slow", 5, 4, 0.05, 13, 1, 2900, 0.02, 1.8),
        Profile("impaired", 4, 2, 0.35, 8, 3, 3900, 0.10, 2.5),
    )
}
