"""What stands between digits: corrections, hesitations, conclusions, fillers, and words that only look like digits."""

from __future__ import annotations

from cognitive_assessment.speech.spoken_text import Phrases

_MEANINGS = {
    # What was said before is taken back as a whole.
    "RESTART": """
    let me start again | let me start over | let me try again | let me try that again | let me do that again |
    let me say that again | let me begin again | i'll start again | i'll try again | i'll say it again |
    can i start again | can i start over | can i try again | start again | start over | starting again |
    starting over | try again | do it again | from the start | from the beginning | from the top | scratch that |
    strike that | forget that | forget it | ignore that | cancel that | delete that | once again | once more |
    one more time | all over again | again
    """,
    # What was said before is wrong, as a whole or at its end.
    "REPLACEMENT": """
    no | nope | nah | sorry | pardon | pardon me | excuse me | i beg your pardon | i mean | i meant |
    i meant to say | rather | or rather | actually | correction | oops | whoops | oopsie | make that | make it |
    that's wrong | that is wrong | that's not right | that is not right | that's not it | that isn't right | wrong |
    my mistake | or | instead | no i'm wrong | i got that wrong | i said that wrong
    """,
    # The speaker stops: to go on, or to begin anew.
    "HESITATION": """
    wait | wait a minute | wait a moment | wait a second | hang on | hold on | just a minute | just a moment |
    just a second | one moment | one second | one minute | one sec | give me a second | let me think
    """,
    # What follows is the answer; what came before may have been thinking aloud.
    "CONCLUSION": """
    so | therefore | that makes | that gives | which makes | which gives | that would be | it would be | it'd be |
    that's | it's | it is | that is | so it's | so that's | backwards | backward | in reverse | reversed |
    the other way round | the other way around | the answer is | my answer is | yes | yeah | yep
    """,
    # What follows is asked, not stated.
    "QUESTION": """
    was it | is it | did you say | was that | is that | were they | could it be
    """,
    # What follows is denied.
    "NEGATION": """
    not | isn't | wasn't | it isn't | it wasn't | aren't | weren't
    """,
    # Fillers, and words between the digits that change nothing.
    "NOTHING": """
    um | umm | uh | uhm | er | erm | ah | eh | hmm | hm | mm | mmm | well | okay | ok | right | now | and | then |
    and then | let me see | let's see | you know | like | oh dear | oh boy | oh gosh | oh no | the | a | comma |
    dash | number | numbers | digit
    """,
    # Words in which a digit word is no digit.
    "ASIDE": """
    to be | to say | to me | to you | to go | to do | to think | to remember | to get | to try | to start | for me |
    for you | for sure | for now | for a | for the | too hard | too long | too fast | too quick | too many |
    too much |
    next one | one of | one at a time | one by one | one more | oh my | oh well | oh yes | oh yeah | oh okay |
    oh right | oh sorry | oh wait | oh god | oh i | oh it | oh that
    """,
}


def phrases_of(table: dict[str, str]) -> Phrases:
    """Make phrases of a table: meaning -> phrases with `|` between them."""
    return Phrases((meaning, [one.strip() for one in text.split("|")]) for meaning, text in table.items())


PHRASES = phrases_of(_MEANINGS)
