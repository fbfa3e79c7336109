"""Every call of the OpenAPI document, asked by everybody with what Schemathesis makes of it.

The ordinary run is bounded and always the same; `make fuzz` makes CAS_BENCH_FUZZ examples of each call, new each time.
"""

from __future__ import annotations

import itertools
import os
import uuid

import hypothesis
import pytest
import schemathesis
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from api_clients import Person
from cognitive_assessment.api import contract
from planted import Planted

pytestmark = pytest.mark.usefixtures("unlimited")
DEEP = int(os.environ.get("CAS_BENCH_FUZZ", "0"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
# says itself that something is away, with a body that is in the contract
SAYS_503 = {"/api/health", "/api/health/ready"}


@schemathesis.serializer("application/offset+octet-stream")
def as_bytes(context, value):
    """The bytes of an upload as they are."""
    return value.data if hasattr(value, "data") else value


RULES = hypothesis.settings(
    max_examples=DEEP or 4,
    derandomize=not DEEP,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
    phases=(hypothesis.Phase.explicit, hypothesis.Phase.generate),
)


@pytest.fixture
def organisations(app):
    return Planted(app, "zebrafinch"), Planted(app, "oystercatcher")


@pytest.fixture
def contract_of(app):
    return schemathesis.openapi.from_wsgi("/api/openapi.json", app)


def everybody(app, organisations):
    """Each person, with what they must never read."""
    one, other = organisations
    asking = [(person, other.secrets) for person in one.people.values()]
    asking += [(person, one.secrets) for person in other.people.values()]
    return [*asking, (Person(app.test_client(use_cookies=False)), one.secrets + other.secrets)]


def test_the_contract_tells_what_every_call_answers(app):
    calls = {f"{method.upper()} {path}" for path, methods in app.spec["paths"].items() for method in methods}
    assert calls == set(contract.GOOD)
    assert set(contract.PUBLIC) < calls


def test_who_belongs_to_an_organisation_does_read_its_mark(organisations):
    """Were the mark in no answer at all, nothing could be seen from its absence."""
    people, session = organisations[0].people, organisations[0].session["id"]
    for role, path in {
        "clinician": f"/api/sessions/{session}/result",
        "administrator": "/api/organisation",
        "participant": "/api/me",
    }.items():
        assert organisations[0].mark in people[role]("GET", path).get_data(as_text=True), path
    for path in ("/api/invitations", "/api/sessions", "/api/staff", "/api/audit?limit=200"):
        assert [one for one in organisations[0].secrets if one in people["administrator"]("GET", path).text], path


def operations(app):
    found = schemathesis.openapi.from_wsgi("/api/openapi.json", app).get_all_operations()
    return [result.ok() for result in found]


def in_the_contract_or_not(operation):
    """Requests that follow the contract, and where something can be wrong in them, also such that do not."""
    right = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    if operation.body or operation.query or operation.headers:
        return right | operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    return right


def ask_everybody(app, organisations, operation):
    """Every example of one call, made by each person in turn, with ids of both organisations and of none."""
    known = [one.ids for one in organisations]

    @hypothesis.given(case=in_the_contract_or_not(operation), data=st.data())
    @RULES
    def examine(case, data):
        for name in case.path_parameters or {}:
            of_somebody = [ids[name] for ids in known if name in ids]
            case.path_parameters[name] = data.draw(st.sampled_from([*of_somebody, str(uuid.UUID(int=7))]))
        for person, forbidden in everybody(app, organisations):
            answer = case.call(headers={"Authorization": f"Bearer {person.token}"} if person.token else {})
            skipped = [not_a_server_error] if case.path in SAYS_503 else []
            case.validate_response(answer, checks=[check for check in CHECKS if check not in skipped])
            asked = f"{case.path_parameters} {case.query} {case.headers} {case.body}"
            read = [secret for secret in forbidden if secret in answer.text and secret not in asked]
            assert not read, (case.method, case.path, person.user.get("role"), read)

    examine()


@pytest.mark.parametrize("part", range(4))
def test_whatever_is_asked_the_answer_keeps_to_the_contract_and_to_the_organisation(app, organisations, part):
    for operation in itertools.islice(operations(app), part, None, 4):
        for one in organisations:
            one.sign_in_again()
        ask_everybody(app, organisations, operation)
