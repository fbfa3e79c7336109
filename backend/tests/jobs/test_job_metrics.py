"""What is counted of the runs of jobs."""

from __future__ import annotations

import dataclasses
import uuid
from types import SimpleNamespace

import pytest

from cognitive_assessment import config
from cognitive_assessment.errors import UnderMaintenance
from cognitive_assessment.jobs import app as jobs_app
from cognitive_assessment.jobs import score_response
from cognitive_assessment.ops import maintenance
from cognitive_assessment.ops.metrics.events import events

CONTEXT = SimpleNamespace(job=SimpleNamespace(id=1, task_name="score_response", task_kwargs={}))


def counted(outcome):
    return events().jobs.labels("score_response", outcome)._value.get()


def run(**arguments):
    app = jobs_app.make_app("postgresql://nobody@127.0.0.1:1/none")
    app.tasks["score_response"].func(CONTEXT, **arguments)


def test_a_job_that_is_done_is_counted_with_its_length(given):
    before, timed = counted("done"), _observed()
    run(question_id=str(given.press()))
    assert counted("done") == before + 1
    assert _observed() == timed + 1


def test_one_that_waits_for_the_end_of_maintenance_is_no_failure(given, data_dir):
    before = {outcome: counted(outcome) for outcome in ("done", "waiting", "retried", "failed")}
    maintenance.turn_on(data_dir)
    with pytest.raises(UnderMaintenance):
        run(question_id=str(uuid.uuid4()))
    assert counted("waiting") == before["waiting"] + 1
    assert {o: counted(o) for o in ("done", "retried", "failed")} == {
        o: before[o] for o in ("done", "retried", "failed")
    }


def test_a_worker_of_another_machine_waits_for_the_end_of_maintenance_too(given, database, data_dir):
    elsewhere = dataclasses.replace(config.settings(), data_dir=data_dir / "elsewhere", database_url=database.owner_url)
    elsewhere.data_dir.mkdir()
    maintenance.turn_on(elsewhere.data_dir)
    maintenance.tell_all(elsewhere, database.owner_url)
    assert maintenance.since(data_dir) is None
    with pytest.raises(UnderMaintenance):
        run(question_id=str(uuid.uuid4()))
    maintenance.turn_off(elsewhere.data_dir)
    maintenance.tell_all(elsewhere, database.owner_url)
    run(question_id=str(given.press()))


@pytest.mark.parametrize(("faults", "outcome"), [(1, "retried"), (jobs_app.MAX_FAULTS, "failed")])
def test_a_fault_is_counted_by_its_kind_and_is_a_failure_once_it_is_borne_no_longer(
    given, monkeypatch, faults, outcome
):
    def break_down(question_id):
        raise ZeroDivisionError(question_id)

    monkeypatch.setattr(score_response, "run", break_down)
    monkeypatch.setattr(jobs_app, "_count_fault", lambda _: faults)
    before = counted(outcome)
    with pytest.raises(jobs_app.Broken):
        run(question_id=str(uuid.uuid4()))
    assert counted(outcome) == before + 1
    assert events().faults.labels("worker", "ZeroDivisionError", "score_response")._value.get() >= 1


def _observed():
    samples = next(iter(events().job_s.collect())).samples
    return sum(s.value for s in samples if s.name.endswith("_count") and s.labels == {"task": "score_response"})
