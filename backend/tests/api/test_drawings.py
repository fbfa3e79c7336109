"""A drawing on its way through the API: strictly checked, sealed under the person's key, shown to staff alone."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import uuid
import zipfile

import pytest
import sqlalchemy as sa

from api_clients import require_problem, session_body, spoken_body
from builders import owner_transaction
from cognitive_assessment import blobs
from cognitive_assessment.config import settings
from cognitive_assessment.errors import DamagedBlob, Gone
from cognitive_assessment.jobs import score_response
from cognitive_assessment.ops import erasure, person_export
from cognitive_assessment.simulation import clock_strokes
from cognitive_assessment.simulation.profiles import PROFILES
from cognitive_assessment.store import audit, drawings
from cognitive_assessment.store.erasures import Erasure
from cognitive_assessment.store.tables import drawings as drawings_table
from cognitive_assessment.store.tables import questions

ITEM = "ten_past_eleven"


@pytest.fixture
def clock(invite):
    """A participant in the middle of drawing a clock."""
    person = invite(battery="drawing")
    session = person("POST", "/api/sessions", json=session_body(battery="drawing")).get_json()
    return Clock(person, session["id"])


class Clock:
    def __init__(self, person, session_id):
        self.person, self.session_id, self.question_id = person, session_id, str(uuid.uuid4())
        self.response, _, _ = clock_strokes.respond({"hour": 11, "minute": 10}, PROFILES["typical"], random.Random(5))

    def put(self, response=None):
        body = spoken_body("", instrument="clock_drawing", item_id=ITEM, response=response or self.response)
        return self.person("PUT", f"/api/sessions/{self.session_id}/questions/{self.question_id}", json=body)

    def kept(self):
        with owner_transaction() as connection:
            response = connection.execute(sa.select(questions.c.response)).scalar_one()
            return response, drawings.get(connection, uuid.UUID(self.question_id))


def test_strokes_are_sealed_and_the_answer_itself_tells_only_how_many_there_are(clock):
    assert clock.put().status_code == 201
    response, row = clock.kept()
    strokes = clock.response["trials"]
    assert response == {
        "kind": "drawing",
        "stroke_count": len(strokes),
        "point_count": sum(len(stroke["points"]) for stroke in strokes),
        "summary": clock.response["summary"],
    }
    assert b"points" not in row["sealed"]
    key = blobs.key_ring().of(uuid.UUID(clock.person.user["id"]))
    assert blobs.unseal_json(key, f"drawings/{clock.question_id}", row["sealed"]) == strokes
    with pytest.raises(DamagedBlob):  # bound to its own row
        blobs.unseal_json(key, f"drawings/{uuid.uuid4()}", row["sealed"])
    with owner_transaction() as connection:
        logged = connection.execute(sa.text("SELECT new_values FROM audit_log WHERE table_name = 'drawings'")).scalar()
    assert "sealed" not in logged


def test_a_drawing_sent_again_is_harmless_and_another_one_is_refused(clock):
    assert [clock.put().status_code for _ in range(3)] == [201, 200, 200]
    other = copy.deepcopy(clock.response)
    other["trials"][0]["points"][0][0] += 0.01  # as many strokes and points, drawn otherwise
    require_problem(clock.put(other), 409)
    assert clock.kept()[1] is not None


def test_staff_see_the_strokes_and_what_each_was_taken_for(clock, staff, stranger):
    clock.put()
    path = f"/api/sessions/{clock.session_id}/result"
    score_response.run(clock.question_id)
    (found,) = staff("GET", path).get_json()["instruments"][0]["questions"]
    assert found["trials"] == json.loads(json.dumps(clock.response["trials"]))
    assert found["values"]["points"] > 0
    assert any(row["strokes"] for row in found["evidence"])
    require_problem(stranger("GET", path), 404)


def test_with_its_key_destroyed_a_drawing_is_noise(clock):
    clock.put()
    blobs.key_ring().destroy(uuid.UUID(clock.person.user["id"]))
    with pytest.raises(Gone):
        score_response.run(clock.question_id)


def test_the_person_is_given_the_drawing_to_read_and_once_erased_nobody_has_it(clock, database, tmp_path):
    clock.put()
    person = uuid.UUID(clock.person.user["id"])
    given, missing = person_export.write(database.owner_url, person, tmp_path / "person.zip")
    assert (given["drawings"], missing) == (1, [])
    with zipfile.ZipFile(tmp_path / "person.zip") as archive:
        (row,) = json.loads(archive.read("tables/drawings.json"))
    assert row["strokes"] == clock.response["trials"]
    assert "sealed" not in row
    with owner_transaction() as connection:
        organisation_id = connection.execute(sa.text("SELECT organisation_id FROM sessions")).scalar_one()
        (noted,) = audit.listing(connection, operation="READ", user_id="cas export")
    assert (noted["new_values"], noted["organisation_id"]) == ({"user_ids": [str(person)]}, organisation_id)
    told = Erasure(person, organisation_id, dt.datetime.now(dt.UTC), "operator", "asked for")
    erasure.erase(settings(), database.owner_url, told)
    with owner_transaction() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(drawings_table)).scalar_one() == 0
    with pytest.raises(Gone):
        blobs.key_ring().of(person)


def test_a_drawing_goes_with_its_question(clock):
    clock.put()
    with owner_transaction() as connection:
        connection.execute(sa.delete(questions))
        assert connection.execute(sa.select(sa.func.count()).select_from(drawings_table)).scalar_one() == 0


def change(path, value):
    def apply(trials):
        at = trials
        for step in path[:-1]:
            at = at[step]
        at[path[-1]] = value

    return apply


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (change([0, "points", 0], [0.5, 0.5]), "response.trials.0.points.0"),
        (change([0, "points", 0], [0.5, "0.5", 1]), "response.trials.0.points.0.1"),
        (change([0, "points", 0], [0.5, 2.5, 1]), "response.trials.0.points.0.1"),
        (change([0, "points", 0, 2], 9e9), "response.trials.0.points.0.2"),
        (change([0, "points", 5, 2], 0), "response.trials.0"),
        (change([0, "points"], []), "response.trials.0.points"),
        (change([0, "pressure"], [0.5]), "response.trials.0"),
        (change([0, "input"], "elbow"), "response.trials.0.input"),
        (change([0, "removed_ms"], 1), "response.trials.0"),
        (change([0, "colour"], "red"), "response.trials.0.colour"),
        (change([1, "position"], 4), "response.trials"),
        (lambda trials: trials.reverse(), "response.trials"),
        (change([0, "points"], [[0.5, 0.5, 1]] * 4001), "response.trials.0.points"),
    ],
)
def test_what_is_no_drawing_is_refused_with_its_place(clock, changed, told):
    response = copy.deepcopy(clock.response)
    changed(response["trials"])
    problem = require_problem(clock.put(response), 422)
    assert told in json.dumps(problem)


def test_more_points_than_a_drawing_can_have_are_refused(clock):
    stroke = clock.response["trials"][0]
    trials = [{**stroke, "position": i, "points": [[0.5, 0.5, float(i)]] * 4000, "removed_ms": None} for i in range(4)]
    problem = require_problem(clock.put({**clock.response, "trials": trials}), 422)
    assert "12000 points" in json.dumps(problem)
