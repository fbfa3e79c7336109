"""Golden scores: what each rule gave to many answers when it was written down, one file a rule.

`.venv/bin/python backend/tests/golden_scores.py` writes them all anew, `... form_sum@1` those of one rule.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import math
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from cognitive_assessment.instruments import generate, plan
from cognitive_assessment.instruments.catalogue import FOLDER as INSTRUMENTS
from cognitive_assessment.instruments.catalogue import catalogue
from cognitive_assessment.instruments.kinds import Given
from cognitive_assessment.instruments.scoring import score_instrument, score_question
from cognitive_assessment.records.answers import QuestionContext, SpokenAnswer, TouchResponse
from cognitive_assessment.records.scores import Score
from cognitive_assessment.records.speech import Word
from cognitive_assessment.scoring.answered import AnsweredQuestion

FOLDER = Path(__file__).parent / "measurement" / "golden"
PLACE = {"town": "Ulm", "region": "Bavaria", "country": "Germany", "building": "Clinic"}
# a Monday afternoon in autumn, a night between two years, and a day in the south
MOMENTS = (
    dt.datetime(2026, 11, 23, 15, 20, tzinfo=ZoneInfo("Europe/Berlin")),
    dt.datetime(2027, 1, 1, 0, 10, tzinfo=ZoneInfo("Europe/Berlin")),
    dt.datetime(2026, 11, 23, 12, 15, tzinfo=ZoneInfo("Australia/Sydney")),
)
EVERY_FORM = frozenset({"letter_fluency", "picture_description"})  # each has words or units of its own
FORMS = {"word_list": ["A", "B", "E", "F"]}  # the first two are given no more
_RESULTS = 3  # of how many series of answers the whole instrument's measures are kept
Json = dict[str, Any]


def rules() -> dict[str, list[str]]:
    """Every rule that an instrument of ours names -> the instruments."""
    found: dict[str, list[str]] = defaultdict(list)
    for slug, definition in sorted(catalogue().instruments.items()):
        if catalogue().folders[slug].parent == INSTRUMENTS:
            found[definition.rule].append(slug)
    return found


def kept_rules() -> list[str]:
    """Every rule that has to give what it gave: those that are named now, and those of before."""
    return sorted({*rules(), *(path.stem for path in FOLDER.glob("*.json"))})


def path_of(rule: str) -> Path:
    return FOLDER / f"{rule}.json"


def write(rule: str, slugs: Sequence[str]) -> None:
    """Put together parts, answers and what the rule makes of them."""
    from golden_answers import spoken, touched

    parts = []
    for slug in slugs:
        definition = catalogue().instruments[slug]
        forms = FORMS.get(slug, definition.forms if slug in EVERY_FORM else definition.forms[:2])
        for form in forms or [None]:
            seed = generate.seed_for(7, f"{slug}{form or ''}")
            part = plan.part(Given(definition, catalogue().texts[slug, "en"], "en", seed=seed, form=form, place=PLACE))
            cases = []
            for question in part["questions"]:
                if question["is_practice"]:
                    continue
                rng = random.Random(seed)
                answers = spoken(slug, question, rng) if question["kind"] == "spoken" else touched(question, seed)
                for name, answer in answers:
                    cases += [
                        {"name": name, "item_id": question["item_id"], "moment": moment, "answer": answer}
                        for moment in range(len(MOMENTS) if slug == "orientation" else 1)
                    ]
            questions = [{**q, "stimulus": None, "prompt": None} for q in part["questions"]]
            kept = {"instrument": slug, "rule": part["rule"], "questions": questions, **_kept(part)}
            parts.append(plainly({"part": kept, "cases": cases}))
    for one in parts:
        for case, score in scores_of(one):
            case["score"] = plainly(dataclasses.asdict(score))
        one["results"] = list(results_of(one))
    path_of(rule).write_text(_lines(parts), encoding="utf-8")


def _kept(part: Mapping[str, Any]) -> Json:
    return {name: part[name] for name in ("title", "stop_rules", "blocks") if name in part}


def plainly(thing: Any) -> Any:
    """As JSON gives it back."""
    return json.loads(json.dumps(thing))


def _lines(parts: Sequence[Json]) -> str:
    """One case a line, so that a change shows as what it is."""
    blocks = []
    for one in parts:
        part = json.dumps(one["part"], ensure_ascii=False)
        cases = ",\n".join(json.dumps(case, ensure_ascii=False) for case in one["cases"])
        results = ",\n".join(json.dumps(result, ensure_ascii=False) for result in one["results"])
        blocks.append(f'{{"part": {part},\n"cases": [\n{cases}\n],\n"results": [\n{results}\n]}}')
    return "[\n" + ",\n".join(blocks) + "\n]\n"


def scores_of(one: Json) -> Iterator[tuple[Json, Score]]:
    """Each case with what the rule makes of it now."""
    part = one["part"]
    version = int(part["rule"].partition("@")[2])
    planned = {question["item_id"]: question for question in part["questions"]}
    for case in one["cases"]:
        question = planned[case["item_id"]]
        context = QuestionContext(
            part["instrument"],
            case["item_id"],
            "en",
            presented_at=MOMENTS[case["moment"]],
            expected=question.get("expected"),
            parameters=question["parameters"],
        )
        yield case, score_question(part["instrument"], context, answer_of(case["answer"]), version=version)


def answer_of(answer: Json) -> SpokenAnswer | TouchResponse:
    if "trials" in answer:
        return TouchResponse(tuple(answer["trials"]), answer["summary"])
    fields = {**answer, "words": tuple(Word(*word) for word in answer.get("words", ()))}
    return SpokenAnswer(**{**fields, "alternatives": tuple(answer.get("alternatives", ()))})


def results_of(one: Json) -> Iterator[Json]:
    """The measures of the whole instrument from the first, second and third answer to every question."""
    part = one["part"]
    by_item: dict[str, list[Score]] = defaultdict(list)
    for case, score in scores_of(one):
        by_item[case["item_id"]].append(score)
    for series in range(_RESULTS):
        answered = []
        for at, question in enumerate(part["questions"]):
            if found := by_item.get(question["item_id"]):
                put = MOMENTS[0] + dt.timedelta(minutes=6 * at)
                score = found[(series + at) % len(found)] if series else found[0]
                answered.append(
                    AnsweredQuestion(
                        question["item_id"],
                        1,
                        is_practice=False,
                        parameters=question["parameters"],
                        score=score,
                        skipped_reason=None,
                        presented_at=put,
                        answered_at=put + dt.timedelta(seconds=40),
                    )
                )
        version = int(part["rule"].partition("@")[2])
        result = score_instrument(part["instrument"], answered, part, version=version)
        yield plainly(dataclasses.asdict(result))


def is_same(was: Any, now: Any) -> bool:
    """Equal, but for the last digits of a number, in which machines may differ."""
    if isinstance(was, dict) and isinstance(now, dict):
        return was.keys() == now.keys() and all(is_same(value, now[name]) for name, value in was.items())
    if isinstance(was, list) and isinstance(now, list):
        return len(was) == len(now) and all(map(is_same, was, now))
    if isinstance(was, float) and isinstance(now, (int, float)):
        return math.isclose(was, now, rel_tol=1e-6, abs_tol=1e-6)
    return bool(was == now)


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for rule, slugs in rules().items():
        if sys.argv[1:] in ([], [rule]):
            write(rule, slugs)
            print(path_of(rule))
