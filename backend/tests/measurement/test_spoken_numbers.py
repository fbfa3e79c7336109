"""Digits and numbers as people say them; every case is something that a person or a recogniser says."""

from __future__ import annotations

import sys

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
    ("seven four nine one", "7491"),
    ("7, 4, 9, 1, no 1, 9", "7419"),
    ("seven, four, nine... oh what was it... one", "7491"),
    ("seven four, is it nine? nine, one", "7491"),
    ("seven four nine, and I think one", "7491"),
    ("I got seven four nine one", "7491"),
    ("the answer is seven four nine one", "7491"),
    ("My answer: 7-4-9-1", "7491"),
    ("seven forty-nine one", "7491"),
    ("seventy-four ninety-one", "7491"),
    ("seven hundred forty nine one", "7491"),
    ("7 4 9 1 yes", "7491"),
    ("7 4 9 1 is that right?", "7491"),
    ("7 4 9 1, was that correct?", "7491"),
    ("seven four nine won", "7491"),
    ("seven for nine won", "7491"),
    ("seven fore nine one", "7491"),
    ("Seven. Four. Nine. One.", "7491"),
    ("seven. um. four. um. nine. one.", "7491"),
    ("seven seven, no, seven four nine one", "7491"),
    ("seven five... no four... nine one", "7491"),
    ("seven four one nine, no, nine one", "7491"),
    ("seven four one, no, seven four nine one", "7491"),
    ("seven four one nine... wait... seven four nine one", "7491"),
    ("seven four one nine. No. Seven four nine one. Yes.", "7491"),
    ("Not seven four one nine, seven four nine one", "7491"),
    ("seven four... let me think... nine one", "7491"),
    ("seven four... hang on... nine one", "7491"),
    ("seven four nine one. That was four digits.", "7491"),
    ("Four digits: seven four nine one", "7491"),
    ("there were four numbers, seven four nine one", "7491"),
    ("first seven, then four, then nine, then one", "7491"),
    ("it starts with seven then four then nine then one", "7491"),
    ("seven four nine one one", "74911"),
    ("one nine four seven, no backwards, seven four nine one", "7491"),
    ("one nine four seven reversed is seven four nine one", "7491"),
    ("7491 or 7419", "7419"),
    ("7419? 7491", "7491"),
    ("seven, four, nine, one, I'm pretty sure", "7491"),
    ("seven four nine one for sure", "7491"),
    ("I want to say seven four nine one", "7491"),
    ("I'd like to try seven four nine one", "7491"),
    ("too hard... seven four nine one", "7491"),
    ("that's too long for me, seven four nine one", "7491"),
    ("too many", ""),
    ("I ate too much", ""),
    ("you won", ""),
    ("for me to do", ""),
    ("to be or not to be", ""),
    ("no", ""),
    ("one moment", ""),
    ("just a second", ""),
    ("that one was hard", ""),
    ("number seven, number four, number nine, number one", "7491"),
    ("seven and four and nine and one", "7491"),
    ("sevenfournineone", ""),
    ("7 four 9 one", "7491"),
    ("7/4/9/1", "7491"),
    ("7;4;9;1", "7491"),
    ("7491!", "7491"),
    ("(7491)", "7491"),
    ('"7491"', "7491"),
    ("7 4 9 1\n", "7491"),
    ("SEVEN FOUR NINE ONE", "7491"),
    ("Seven-four-nine-one", "7491"),
    ("seven\tfour\tnine\tone", "7491"),
    ("seven, four, nine, one, and that's it", "7491"),
    ("seven four nine one that's all", "7491"),
    ("um I think it was seven four... nine... one?", "7491"),
    ("seven, uh, four, uh, nine, uh, one", "7491"),
    ("nil seven", "07"),
    ("seven nought four", "704"),
    ("seven o four", "704"),
    ("7 oh 4", "704"),
    ("a seven, a four, a nine and a one", "7491"),
    ("seven 'n four", "74"),
    ("7th 4th", ""),
    ("okay 7 4 9 1 done", "7491"),
    ("seven four nine one stop", "7491"),
    ("ready? seven four nine one", "7491"),
    ("can you repeat that? no? okay seven four nine one", "7491"),
    ("did you say seven four nine one", "7491"),
    ("I remember the seven and the four", "74"),
    ("there was a seven and a four and a nine", "749"),
    ("something like seven four nine one", "7491"),
    ("seven four nine one, or something like that", "7491"),
    ("seven four nine one or so", "7491"),
    ("seven four nine, sorry I've lost the last one", "749"),
    ("seven four nine and the last one was one", "7491"),
    ("seven four nine, I forgot the last", "749"),
    ("the last one was nine", "9"),
    ("Six to nine", "629"),
    ("sex two nine", "629"),
    ("six two nein", "629"),
    ("tree too won", "321"),
    ("double double", ""),
    ("triple", ""),
    ("double five seven", "557"),
    ("five double seven", "577"),
    ("a pair of sevens", "7"),
    ("fives", "5"),
    ("seven four nine one 🙂", "7491"),
    ("seven four nine one (laughs)", "7491"),
    ("[BLANK_AUDIO]", ""),
    ("seven four nine one Thank you.", "7491"),
    ("Thanks for watching!", ""),
    ("seven four nine one. Thank you for watching.", "7491"),
    ("7 4 9 1 1 1 1 1 1 1", "7491111111"),
    ("minus seven", "7"),
    ("twenty", "20"),
    ("twenty one", "21"),
    ("one hundred and one", "101"),
    ("ninety nine", "99"),
    ("1000000000000000000000000000000000000", "1000000000000000000000000000000000000"),
    ("no no no, seven four nine one", "7491"),
    ("One, two, tree", "123"),
    ("one two free", "123"),
]
DIGITS_OF_KNOWN_LENGTH = [
    ("seven five, I mean four, nine one", 4, "7491"),
    ("seven five sorry four nine one", 4, "7491"),
    ("oh seven four nine one, no, one nine four seven", 4, "1947"),
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


def test_twice_as_long_a_text_takes_no_more_than_three_times_the_work() -> None:
    def lines_run(text: str) -> int:
        """How many lines of ours are run for it: the same on every machine, however busy."""
        count = 0

        def count_line(*_: object) -> object:
            nonlocal count
            count += 1
            return count_line

        sys.settrace(count_line)
        try:
            digits_in(text)
        finally:
            sys.settrace(None)
        return count

    for words in ("to for five eight um no ", "to "):
        assert lines_run(words * 400) < 3 * lines_run(words * 200)
