"""Every address there is, tried by everybody: what lies elsewhere is neither shown nor changed, and nothing is cached."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from domicile.apps.access.log import record_look
from domicile.apps.audit.models import Change
from domicile.apps.audit.recording import recording
from tests import factories
from tests.cast import CAST, COUNTY, OTHER_COMMUNITY, Actor, li_viewer, sign_in
from tests.security import elsewhere

pytestmark = pytest.mark.django_db(databases=["default", "log"])
HOLE = re.compile(r"<(?:\w+:)?(\w+)>")
#: Values of holes that are neither ids nor codes, so that the view behind them is reached.
WORDS = {"mode": "move", "kind": "household", "key": "sex", "role": "lead", "subject": "person", "day": "2026-01-01"}
CLOSED = {401, 403, 404, 405, 415}
#: Where a request goes that gets nowhere: the purpose asked first, the sign-in, the list with a word that nothing is there.
TO_DOOR = ("/access/purpose/", "/accounts/", "/places/streets/", "/map/")
#: A list that is empty then: whose looks at a person of elsewhere one may read, if any of one's own staff looked.
EMPTY = {"administration/persons/<uuid:pk>/looks/"}
INSPECTOR = Actor("he", "何检查", "inspector", COUNTY, "inspection")
CLERK = Actor("shi", "施窗口", "query_clerk", COUNTY, "query_desk")
ACTORS = (*(actor for actor in CAST if actor.username != "li"), INSPECTOR, CLERK)


def patterns(under: Any = None, before: str = "") -> Iterator[str]:
    for one in (under or get_resolver()).url_patterns:
        path = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, path)
        elif isinstance(one, URLPattern) and "^" not in path:
            yield path


PLAIN = sorted({path for path in patterns() if "<" not in path and "(" not in path})
WITH_IDS = sorted({path for path in patterns() if "<" in path and "(" not in path})


@pytest.fixture
def there() -> dict[str, Any]:
    """Rows elsewhere, a change of one and a look at one."""
    factories.area_tree()
    made, _left = elsewhere.make_rows()
    with recording(
        actor=li_viewer(), action="people.correct_name", subject_kind="person", subject_id=elsewhere.ID,
        place_code=OTHER_COMMUNITY, reason=elsewhere.TEXT,
    ) as change:  # fmt: skip
        change.values.append(["people_person", elsewhere.ID.hex, "update", {"name": ["甲", elsewhere.TEXT]}])
    look = record_look(li_viewer(), question="person", persons=[elsewhere.ID])
    return {"made": made, "change": Change.objects.get().pk, "look": look}


def address(path: str, there: dict[str, Any]) -> str:
    """The path with the keys of what lies elsewhere."""

    def fill(hole: re.Match[str]) -> str:
        if "<int:" in hole.group(0):
            return str(there["look"] if "looks/" in path else there["change"])
        name = hole.group(1)
        if name in {"code", "community"}:
            return OTHER_COMMUNITY
        return str(WORDS.get(name, elsewhere.ID))

    return "/" + HOLE.sub(fill, path)


def content(answer: HttpResponseBase) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined, arg-type]
    return body.decode("utf-8", "replace")


def test_the_rows_elsewhere_are_there(there: dict[str, Any]) -> None:
    assert {
        "accounts.user", "access.grant", "people.person", "people.household", "people.spell", "places.dwelling",
        "places.building", "places.unit", "tenure.rental", "tenure.holding", "collect.proposal", "exchange.batch",
        "areas.grid", "api.token", "api.webhook", "localfields.localfield", "certificates.certificate",
        "certificates.permitapplication",
    } <= set(there["made"])  # fmt: skip
    assert len(WITH_IDS) > 100


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.role)
def test_what_lies_elsewhere_is_neither_shown_nor_changed(client: Client, actor: Actor, there: dict[str, Any]) -> None:
    sign_in(client, actor)
    changes, wrong = Change.objects.count(), []
    for path in WITH_IDS:
        at = address(path, there)
        for method in ("get", "post"):
            answer = getattr(client, method)(at)
            away = answer.headers.get("Location", "")
            closed = answer.status_code in CLOSED or away.startswith(TO_DOOR)
            if not (closed or path in EMPTY) or elsewhere.TEXT in content(answer):
                wrong.append(f"{method} {at}: {answer.status_code} {away}")
    assert not wrong, "\n".join(wrong)
    assert Change.objects.count() == changes


@pytest.mark.parametrize("actor", ACTORS, ids=lambda actor: actor.role)
def test_no_page_names_what_lies_elsewhere_or_may_be_kept(client: Client, actor: Actor, there: dict[str, Any]) -> None:
    sign_in(client, actor)
    wrong = []
    for path in PLAIN:
        answer = client.get(f"/{path}")
        kept = answer.headers.get("Cache-Control", "")
        if answer.status_code >= 500 or elsewhere.TEXT in content(answer):
            wrong.append(f"{path}: {answer.status_code}")
        if answer.status_code == 200 and "no-store" not in kept and "no-cache" not in kept and path not in OPEN:
            wrong.append(f"{path}: {kept or 'may be cached'}")
    assert not wrong, "\n".join(wrong)


def test_nobody_gets_anywhere_without_signing_in(client: Client, there: dict[str, Any]) -> None:
    wrong = []
    for path in [*PLAIN, *WITH_IDS]:
        at = address(path, there)
        for method in ("get", "post"):
            answer = getattr(client, method)(at)
            away = answer.headers.get("Location", "")
            closed = answer.status_code in CLOSED or away.startswith("/accounts/sign-in/")
            if (not closed and path not in OPEN) or elsewhere.TEXT in content(answer):
                wrong.append(f"{method} {at}: {answer.status_code} {away}")
    assert not wrong, "\n".join(wrong)


#: Open to everybody, since they show nothing: the door itself, whether the server lives, the language, the API's manual, how
#: certificates are checked.
OPEN = {
    "accounts/sign-in/",
    "accounts/sign-out/",
    "accounts/code/",
    "m/",  # asks for a mover's code
    "healthz",
    "metrics",
    "i18n/setlang/",
    "api/v1/openapi.json",
    "certificates/check",
    "certificates/keys.json",
    "certificates/revoked.json",
}
