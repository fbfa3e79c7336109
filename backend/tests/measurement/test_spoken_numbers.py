"""Digits and numbers as people say them; every case is something that a person or a recogniser says."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cognitive_assessment.speech.spoken_numbers import digits_in, number_in, read_digits
from cognitive_assessment.speech.spoken_text import plain, tokens_of

WORDS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]

DIGITS = [
    ("3719", "3719"),
    ("three seven one nine", "3719"),
    ("37 19", "3719"),
    ("thirty-seven nineteen", "3719"),
    ("Thirty seven, nineteen.", "3719"),
    ("oh five eight", "058"),
    ("five zero two", "502"),
    ("nought three two", "032"),
    ("double seven three", "773"),
    ("triple two", "222"),
    ("one double oh seven", "1007"),
    ("to for ate", "248"),
    ("five ate to", "582"),
    ("won two tree", "123"),
    ("fife niner two", "592"),
    ("um, five, eh, eight, uh two", "582"),
    ("five eight, no, five nine two", "592"),
    ("5 8 2, sorry, 5 8 3", "583"),
    ("five eight two, I mean five eight three", "583"),
    ("five nine... wait, five eight two", "582"),
    ("five nine two. Let me start again. Five eight two.", "582"),
    ("five nine, scratch that, five eight two", "582"),
    ("was it five eight two?", "582"),
    ("was it five eight three? five eight two", "582"),
    ("five eight two. that's a long one", "582"),
    ("that's a long one. five eight two", "582"),
    ("That was a hard one, five eight two", "582"),
    ("I want to say five eight two", "582"),
    ("it was for five eight", "458"),
    ("five eight two to be honest", "582"),
    ("I don't know", ""),
    ("", ""),
    ("   ", ""),
    ("for", ""),
    ("oh", ""),
    ("Oh, five eight two.", "582"),
    ("oh, five, eight, two", "0582"),
    ("5-8-2", "582"),
    ("5, 8, 2.", "582"),
    ("5... 8... 2...", "582"),
    ("five hundred and eighty two", "582"),
    ("five eighty two", "582"),
    ("three thousand seven hundred nineteen", "3719"),
    ("3,719", "3719"),
    ("the numbers were five, eight and two", "582"),
    ("five then eight then two", "582"),
    ("two nines and a three", "993"),
    ("I heard three numbers: five eight two", "582"),
    ("the first two were five eight and the last one was two", "582"),
    ("five eight two. five eight two.", "582"),
    ("five eight two, not five eight three", "582"),
    ("not five eight three, five eight two", "582"),
    ("three seven one, no, two nine", "3729"),
    ("٥٨٢", "582"),
    ("\u200f5 8\x00 2", "582"),
    ("\uff15\uff18\uff12", "582"),
    ("five eight, that's a long one, two", "582"),
    ("five, eight, that is all I remember", "58"),
    ("5 8 2, so backwards 2 8 5", "285"),
    ("five eight two, no that's right", "582"),
    ("one two one", "121"),
    ("Is that one two three?", "123"),
    ("oh no, five eight two", "582"),
    ("five eight two, oh, no, five eight three", "583"),
    ("double check five eight two", "582"),
    ("Sorry, could you repeat? five eight two", "582"),
    ("five, five, five", "555"),
    ("seven seven", "77"),
    ("give me a second... five eight two", "582"),
    ("one moment please, five eight two", "582"),
    ("I think it's five eight two but I'm not sure", "582"),
    ("five eight two is what I heard", "582"),
    ("4 to 9", "429"),
    ("for to nine", "429"),
    ("you said two five eight", "258"),
    ("5 8 2 too", "5822"),
    ("ready for this? 5 8 2", "582"),
    ("five for you", "5"),
    ("twenty twenty-six", "2026"),
    ("nine, six, no wait, nine, seven, six", "976"),
    ("fünf", ""),
    ("5th", ""),
    ("first five then eight then two", "582"),
    ("582, correction, 528", "528"),
    ("five eight two? yes, five eight two", "582"),
    ("eight, nein, six", "896"),
    ("free for too", "342"),
    ("sex nine", "69"),
    ("a hundred and two", "102"),
    ("zero zero seven", "007"),
    ("oh oh seven", "007"),
    ("O O 7", "007"),
    ("5 O 2", "502"),
    ("it's 5 8 2 I think it's 5 8 2", "582"),
    ("I'll go with 5 8 2", "582"),
    ("that'd be two, eight, five", "285"),
    ("five. eight. two.", "582"),
    ("7 4 hmm 1 I lost it", "741"),
    ("seven, four, then I forget... one?", "741"),
    ("tell me the numbers one more time. five eight", "58"),
    ("1 5 8 one five eight", "158158"),
]
DIGITS_OF_KNOWN_LENGTH = [
    ("five eight, no, nine two", 3, "592"),
    ("five eight wait two", 3, "582"),
    ("five eight sorry I coughed two", 3, "582"),
    ("2 8 5. 5 8 2", 3, "582"),
    ("Oh five eight two", 3, "582"),
    ("5 8 3, no, 2", 3, "582"),
    ("five eight... five eight two", 3, "582"),
]
NUMBERS = [
    ("ninety three", 93),
    ("93", 93),
    ("a hundred and two", 102),
    ("minus five", -5),
    ("nine three", 93),
    ("eighty, no, seventy-nine", 79),
    ("93 minus 7 is 86", 86),
    ("1,002", 1002),
    ("3.5", None),
    ("three point five", None),
    ("one hundred", 100),
    ("a hundred minus seven is ninety three", 93),
    ("", None),
    ("that's a hard one", None),
    ("It's 86. That's a tough one.", 86),
    ("nineteen eighty-four", 84),
    ("not 93, 92", 92),
    ("93 take away 7, eighty-six", 86),
]


@pytest.mark.parametrize(("text", "digits"), DIGITS)
def test_digits_are_read_as_they_are_meant(text: str, digits: str) -> None:
    assert digits_in(text) == digits


@pytest.mark.parametrize(("text", "length", "digits"), DIGITS_OF_KNOWN_LENGTH)
def test_the_number_of_digits_decides_between_several_readings(text: str, length: int, digits: str) -> None:
    assert read_digits(tokens_of(text), length=length).digits == digits


@pytest.mark.parametrize(
    ("text", "length", "is_doubtful"),
    [
        ("five eight two", 3, False),
        ("five eight, no, five nine two", 3, False),
        ("2 8 5. 5 8 2", 3, True),
        ("582, scratch that", 3, True),
    ],
)
def test_a_reading_that_could_be_meant_otherwise_is_doubtful(text: str, length: int, is_doubtful: bool) -> None:
    assert read_digits(tokens_of(text), length=length).is_doubtful is is_doubtful


@pytest.mark.parametrize(("text", "number"), NUMBERS)
def test_numbers_are_read_as_they_are_meant(text: str, number: int | None) -> None:
    assert number_in(text) == number


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.sampled_from([" ", ", ", "... ", " and ", " um "]))
def test_digit_words_are_read_whatever_stands_between_them(digits: list[int], gap: str) -> None:
    assert digits_in(gap.join(WORDS[digit] for digit in digits)) == "".join(map(str, digits))


@given(st.integers(0, 999_999))
def test_a_numeral_is_read_as_itself(value: int) -> None:
    assert number_in(str(value)) == value
    assert digits_in(str(value)) == str(value)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading(text: str) -> None:
    assert digits_in(text) == "" or digits_in(text).isdigit()
    assert number_in(text) is None or isinstance(number_in(text), int)


def test_invisible_characters_are_removed() -> None:
    assert plain("\u200f5\u200d\x008") == "5 8"


def test_a_very_long_text_is_read_in_reasonable_time() -> None:
    started = time.perf_counter()
    digits_in("to for five eight um no " * 5_000)
    digits_in("to " * 50_000)
    assert time.perf_counter() - started < 10
