"""What the way in which a question was given does to its score, whatever its rule made of the answer."""

from __future__ import annotations

import dataclasses

import sqlalchemy as sa

from cognitive_assessment.records.scores import Score
from cognitive_assessment.store import events
from cognitive_assessment.store.rows import Row

BEGUN_AGAIN = (
    "The question had begun, was left and was put again from its start: it was heard or seen twice, and its time began"
    " anew."
)


def score_as_given(connection: sa.Connection, question: Row, score: Score) -> Score:
    """The score, to be reviewed if the question was begun again; what is not scorable stays so."""
    if score.status == "not_scorable" or not events.was_begun_again(connection, question):
        return score
    reason = " ".join([BEGUN_AGAIN, *([score.reason] if score.reason else [])])
    return dataclasses.replace(score, status="needs_review", reason=reason)
