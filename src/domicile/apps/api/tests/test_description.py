"""Every operation against its own description: what Schemathesis makes up is answered as the description says."""

import zlib
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi import checks as openapi_checks

from domicile.apps.api import service
from domicile.apps.api.describing import description
from domicile.apps.api.fields import UUID
from domicile.apps.collect.models import Proposal
from tests.cast import LI, QIAN

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_headers_conformance,
    openapi_checks.response_schema_conformance,
    openapi_checks.negative_data_rejection,
]
# Seeded, and bounded: all operations in both modes take about a minute.
EXAMPLES = {GenerationMode.POSITIVE: 8, GenerationMode.NEGATIVE: 6}
OPERATIONS = sorted(
    (operation["operationId"], path, method)
    for path, operations in description()["paths"].items()
    for method, operation in operations.items()
)


@cache
def read_operations() -> dict[str, Any]:
    """The operations as Schemathesis reads them, by their ids. Read once: it takes longer than most calls."""
    config = SchemathesisConfig.from_dict({"seed": 7})
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application(), config=config)
    read = (found.ok() for found in schema.get_all_operations())
    return {operation.definition.raw["operationId"]: operation for operation in read}


def aimed(case: Any, known: dict[str, str]) -> Any:
    """Half of the made-up ids become ids that are on file, so that not all answers are 404."""
    for name, value in known.items():
        if name in (case.path_parameters or {}) and zlib.crc32(str(case.path_parameters[name]).encode()) % 2:
            case.path_parameters[name] = value
        arguments = case.body.get("arguments") if isinstance(case.body, dict) else None
        if isinstance(arguments, dict) and UUID.fullmatch(str(arguments.get(name))):
            arguments[name] = value
    return case


def fuzz(name: str, mode: GenerationMode, judge: Callable[[Any], None]) -> None:
    @hypothesis.seed(7)
    @hypothesis.settings(
        max_examples=EXAMPLES[mode],
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
    )
    @hypothesis.given(case=read_operations()[name].as_strategy(generation_mode=mode))
    def run(case: Any) -> None:
        judge(case)

    run()


@pytest.mark.parametrize("name", [name for name, _path, _method in OPERATIONS])
def test_every_answer_is_as_described(name: str, token: Callable[..., str], home: SimpleNamespace) -> None:
    headers = {"Authorization": f"Bearer {token(QIAN)}"}
    known = {
        "dwelling_id": str(home.dwelling.pk),
        "household_id": str(home.household.pk),
        "person_id": str(home.head.pk),
        "spell_id": str(home.head.spells.get().pk),
        "building_id": str(home.dwelling.building_id),
        "child_id": str(home.others[1].pk),
    }

    def judge(case: Any) -> None:
        response = aimed(case, known).call(headers=headers)
        case.validate_response(response, checks=CHECKS)

    fuzz(name, GenerationMode.POSITIVE, judge)
    if not any(
        operation == name and method == "get" and path.endswith("/me") for operation, path, method in OPERATIONS
    ):
        fuzz(name, GenerationMode.NEGATIVE, judge)


@pytest.mark.parametrize(("name", "path", "method"), OPERATIONS)
def test_without_a_token_or_with_that_of_a_stranger_nothing_leaks(
    name: str, path: str, method: str, token: Callable[..., str], home: SimpleNamespace, call: Callable[..., Any]
) -> None:
    ids = {"dwelling_id": home.dwelling.pk, "household_id": home.household.pk, "person_id": home.head.pk}
    address = path.removeprefix("/api/v1")
    for key, value in {**ids, "day": "2026-01-01", "proposal_id": home.head.pk}.items():
        address = address.replace(f"{{{key}}}", str(value))
    bodies: dict[str, Any] = {
        "search_persons": {"text": "周建国"},
        "search_dwellings": {"address": "人民路12号"},
        "people_correct_name": {"arguments": {"person_id": str(home.head.pk), "name": "周建军"}, "reason": "户口簿"},
        "people_add_member": {"arguments": {"household_id": str(home.household.pk), "relation": "20"}},
        "people_end_stay": {"arguments": {"spell_id": str(home.head.spells.get().pk), "end": "2026-01-01"}},
    }
    body = None if method == "get" else bodies.get(name, {"arguments": {}})
    for text in ("", "dom_aaaaaaaa_" + "x" * 43):
        assert call(text, method.upper(), address, body).status_code == 401
    answer = call(token(LI), method.upper(), address, body)
    allowed = {"read_me", "list_areas", "list_grids", "search_persons", "search_dwellings"}
    empty = answer.status_code == 200 and (name == "read_me" or answer.json()["items"] == [])
    assert empty if name in allowed or name.startswith("list_") else answer.status_code in {403, 404, 422}
    for secret in ("周", "人民路", "7701011955", str(home.household.pk) if "household_id" not in path else "周"):
        assert secret not in answer.content.decode()
    assert not Proposal.objects.exists()


def test_the_description_is_openapi_and_reaches_no_other_host(call: Callable[..., Any]) -> None:
    described = call("", "GET", "/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    assert "http://" not in str(described)
    assert "https://" not in str(described)
    for operations in described["paths"].values():
        for operation in operations.values():
            assert operation["security"] == [{"Bearer": []}]
            for parameter in operation.get("parameters", []):
                assert parameter["name"] not in {"name", "number", "phone", "text", "q", "address"}


def test_the_description_speaks_the_language_that_is_asked_for(call: Callable[..., Any]) -> None:
    texts = [call("", "GET", "/openapi.json", Accept_Language=language).json() for language in ("en", "zh-CN")]
    assert texts[0]["paths"]["/api/v1/areas"]["get"]["summary"] == "Areas of today, by code"
    assert texts[1]["paths"]["/api/v1/areas"]["get"]["summary"] != "Areas of today, by code"


def test_what_may_stand_behind_the_question_mark_is_what_is_described() -> None:
    named = {
        path.removeprefix("/api/v1"): {
            method.upper(): {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
            for method, operation in operations.items()
        }
        for path, operations in description()["paths"].items()
    }
    assert service.queries() == named
    assert named["/areas"]["GET"]
