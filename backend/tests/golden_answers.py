"""Many answers to every instrument, from which the golden scores of each rule are written: plain, awkward and broken.

They only choose what is asked of a rule; once written, a golden file holds its answers itself.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from cognitive_assessment.simulation.answers import number_words
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.simulation.touch import HANDS

Question = dict[str, Any]
Answer = dict[str, Any]

REFUSALS = ("", "I don't know.", "um", "can you say that again please")
OWN: dict[str, tuple[str, ...]] = {
    "year": ("2026", "it's twenty twenty six", "1926", "2025, no, 2026"),
    "season": ("autumn", "it's fall", "winter", "spring", "autumn or winter", "nearly winter"),
    "month": (
        "November",
        "it must be october",
        "the eleventh month",
        "december, no, november",
        "it'll be December soon",
        "nearly december, so november",
    ),
    "day_of_month": ("the twenty third", "23", "twenty two", "it's the 24th I think", "the third"),
    "weekday": (
        "Monday",
        "it's tuesday",
        "sunday, no, monday",
        "today is a weekday",
        "it was sunday",
        "nearly tuesday",
    ),
    "part_of_day": ("afternoon", "it's the evening", "morning", "midday", "lunch time", "night"),
    "town": ("Ulm", "in ulm on the danube", "Munich"),
    "region": ("Bavaria", "in bavaria", "Saxony"),
    "country": ("Germany", "we are in germany", "France"),
    "building": ("the clinic", "a clinic", "at home", "hospital"),
    "sevens": (
        "93 86 79 72 65",
        "ninety three, eighty six, seventy nine, seventy two, sixty five",
        "93 85 78 71 64",
        "93 minus seven is 86 then 79",
        "92 85 78",
        "100 93 86 no 87 80 73 66 59",
        "93 93 86 79",
        "93, 94, no, 93, 86",
        "100, 7 off, 93, 7 off, 86, take another 7, 79",
        "ninety three and that's all I can do",
    ),
    "animals": (
        "dog cat horse cow",
        "dog, cat, dog, um, lion and tiger, a table, a goldfish",
        "deer dear bear bare hare hair",
        "robin eagle hawk salmon trout whale dolphin shark cats dogs",
        "let me think, elephant, giraffe, that's all I can think of",
        "a horse, a foal, a mare, a pony, a chair",
        "chicken, hen, cockerel, rooster, worm, an earthworm, goat, billy goat",
    ),
    "fruits_and_vegetables": (
        "apple pear banana carrot",
        "apples, an apple, peas and carrots, bread",
        "tomato cucumber lettuce courgette zucchini aubergine",
        "strawberry raspberry, I said apple, potato potatoes",
        "apple, Granny Smith, a tomato, cherry tomatoes, red pepper, green pepper",
    ),
    "letter_b": ("bread butter big bigger biggest", "Barbara Berlin boat boats boating", "table bread be bee"),
    "letter_m": ("man men mouse mice money", "Mary Munich make makes making", "apple moon month"),
    "letter_d": ("dog door do does doing", "David Dublin dark darker", "tree day days"),
    "letter_p": ("paper pen pencil pencils", "Paul Paris play player playing", "book pot pots"),
}
SCENE = (
    "I see a man and a woman and a boy. The boy is running after a dog.",
    "there is a a house and um a tree, and the sun is shining, it's a nice picture",
    "A girl is flying a kite. Somebody rows a boat on the lake. A cat sits on the roof. It rains.",
    "I can't see it very well, is that a fish, no, it's a bird",
    "A husband rows and his wife swims. A goat eats a skirt. An accordion player. Grandma waves from the train.",
    "People at a market buy apples and bread from a stall, a child drops an ice cream, and a waiter brings a cup.",
)


def spoken(slug: str, question: Question, rng: random.Random) -> Iterator[tuple[str, Answer]]:
    """Texts for one question, typed and heard, sure and unsure, with and without another hearing."""
    texts = [*_right(slug, question, rng), *OWN.get(question["item_id"], ()), *REFUSALS]
    if question["parameters"].get("is_scene"):
        texts = [*SCENE, " ".join(SCENE), *REFUSALS]
    for number, text in enumerate(dict.fromkeys(texts)):
        yield f"typed {number}", {"text": text}
        if text and number < 6:
            unsure = number % 2 == 1
            yield (
                f"heard {number}",
                {
                    "text": text,
                    "words": _words(text, unsure=unsure),
                    "probability_right": 0.6 if unsure else 0.97,
                    "alternatives": [" ".join(text.split()[:-1])] if unsure else [],
                },
            )
    yield "silence", {"text": "", "is_silence": True}


def _right(slug: str, question: Question, rng: random.Random) -> list[str]:
    """The right answer, and what people make of it."""
    expected = question.get("expected")
    if not expected:
        return []
    if slug == "naming":
        names = [name.strip() for name in expected.split("|")]
        return [
            *names,
            f"it's a {names[0]}",
            f"{names[0]}s",
            f"not a {names[0]}",
            f"a thing, no, a {names[-1]}",
            f"a hair {names[-1]}",
            f"an electric {names[0]}",
            "it's on the tip of my tongue",
            names[0][1:],
        ]
    if slug == "digit_span":
        pieces = [" ".join(number_words(int(digit))) for digit in expected]
    else:
        pieces = expected.replace(",", " ").split()
    middle = len(pieces) // 2
    mixed = list(pieces)
    rng.shuffle(mixed)
    ways = [
        pieces,
        ["um", *pieces[:middle], "er", *pieces[middle:]],
        pieces[:-1],
        pieces[::-1],
        mixed,
        [*pieces, *pieces],
        [*pieces[:middle], "no", *pieces[middle:]],
        [*pieces, "and", "that's", "it"],
        [*pieces[:middle], pieces[0], "kite", *pieces[middle + 1 :]],
    ]
    half = " ".join(pieces[:middle])
    own = {
        "digit_span": [expected, " ".join([*pieces, "two? no"]), " ".join([*pieces, "... no"])],
        "word_list": _among_talk(pieces) if slug == "word_list" else [],
        "sentence_repetition": [f"Who was that? {half}. I forget the rest.", f"{half} I forget the rest"],
    }
    return [" ".join(way) for way in ways] + own.get(slug, [])


def _among_talk(words: list[str]) -> list[str]:
    """Words of a list said to somebody, asked, told of, called and led to; compounds, and plurals that were cut."""
    first, second, *_ = words
    return [
        f"Can you hear me, {first}? {second}.",
        f"{first}! Where are you? {second}, was it the {words[2]}?",
        f"I saw yesterday that {first}. {second}, {first}.",
        f"I think it was a {first}, and then there was the {second}.",
        "a step ladder, light houses, hair combs and a pair of gloves",
        "a wax candle, fire places, a pair of boots and a bowl of soup",
        "a taxi cab, an electric guitar, a pair of socks, a gas oven, pass",
    ]


def _words(text: str, *, unsure: bool) -> list[list[Any]]:
    """Two words a second; every third one was hardly heard."""
    return [
        [word, round(0.8 + 0.5 * at, 2), round(1.2 + 0.5 * at, 2), 0.35 if unsure and at % 3 == 0 else 0.95]
        for at, word in enumerate(text.split())
    ]


def touched(question: Question, seed: int) -> Iterator[tuple[str, Answer]]:
    """What hands of every profile give, whole, disturbed, and broken off or with a trial lost."""
    heard = (question.get("expected") or "").split(", ")
    for profile in PROFILES.values():
        response, _, _ = HANDS[question["kind"]](
            {**question["parameters"], "heard": heard}, profile, random.Random(seed)
        )
        trials = [trial for trial in response["trials"] if question["is_practice"] or not trial.get("is_practice")]
        yield profile.name, {"trials": trials, "summary": response["summary"]}
    yield "interrupted", {"trials": trials, "summary": response["summary"] | {"interruption_count": 2}}
    yield "broken off", {"trials": trials[: len(trials) // 2], "summary": response["summary"] | {"completed": False}}
    yield "one lost", {"trials": trials[1:], "summary": response["summary"]}
    yield "nothing", {"trials": [], "summary": response["summary"]}
