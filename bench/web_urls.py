"""The product's addresses, and views of the same rows in the same templates without scope, decryption or log.

What upper apps add to a card (owners, rentals, units, local fields) is read and shown in both.
"""

import datetime as dt
import uuid

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import include, path
from django.utils import timezone

from bench.web_ledger import PlainPeople
from bench.web_lists import plain_list, plain_submission
from bench.web_review import plain_queue, plain_sides
from domicile.apps.maps import kept
from domicile.apps.people.models import Household, Person
from domicile.apps.people.registry import sections
from domicile.apps.people.selectors.finding import Hit
from domicile.apps.people.selectors.home_cards import build_dwelling_card, build_household_card
from domicile.apps.people.selectors.lines import person_lines
from domicile.apps.people.selectors.opening import Opener
from domicile.apps.people.selectors.person_card import build_person_card
from domicile.apps.people.selectors.search import Found, FoundPerson
from domicile.apps.people.selectors.search import _dwellings as found_dwellings
from domicile.apps.people.views.cards import _about, _rights
from domicile.apps.people.views.timeline import timeline
from domicile.apps.places.models import Dwelling
from domicile.apps.places.selectors import DwellingLine

MASKED = "770101***********1"
ASKED = {"asked": True, "q": "张伟", "previous": 0, "next": 2}


class Plain(Opener):
    """Gives the same text for every sealed value: nothing is read and nothing decrypted."""

    def __init__(self) -> None:
        super().__init__(None)

    def sealed(self, table: str, column: str, row: uuid.UUID, ciphertext: bytes | None) -> str:
        return "13800000000" if table == "people_phone" else "770101198001010011"


def plain_numbers(persons: object) -> dict[uuid.UUID, str]:
    return dict.fromkeys(persons, MASKED)  # type: ignore[call-overload]


def today() -> dt.date:
    return timezone.localdate()


def search(request: HttpRequest) -> HttpResponse:
    """Rows by their keys, in the order given."""
    viewer = request.viewer  # type: ignore[attr-defined]
    ids = [uuid.UUID(text) for text in request.POST.get("persons", "").split(",") if text]
    lines = person_lines(viewer, ids, today=today(), numbers_of=plain_numbers)
    persons = [FoundPerson(lines[key], Hit(key, "name").way, "姓名", False) for key in ids if key in lines]
    keys = [uuid.UUID(text) for text in request.POST.get("dwellings", "").split(",") if text]
    rows = Dwelling.objects.filter(pk__in=keys).values_list("id", "address", "use", "place_code") if keys else []
    dwellings = found_dwellings(viewer, [DwellingLine(*row) for row in rows])
    found = Found("name", persons, dwellings, 1, request.POST.get("more") == "1")
    return render(request, "people/search.html", {**ASKED, "found": found})


def person(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    row = Person.objects.get(pk=pk)
    card = build_person_card(viewer, row, Plain(), today=today())
    card.sections.extend(sections("person", viewer, row))
    subjects = [pk, *([card.home_id] if card.home_id else [])]
    around = {"line": timeline(card.stays, today()), **_about(request, "person", row, subjects), **_rights(viewer)}
    return render(request, "people/person.html", {"card": card, **around})


def dwelling(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    row = Dwelling.objects.select_related("building").get(pk=pk)
    card, _ = build_dwelling_card(viewer, row, today=today(), numbers_of=plain_numbers)
    card.sections.extend(sections("dwelling", viewer, row))
    lines = [one for home in card.living or [] for one in (home.id, *(member.person.id for member in home.members))]
    around = {**_about(request, "dwelling", row, [pk, *lines]), **_rights(viewer)}
    return render(request, "people/dwelling.html", {"card": card, **around})


def household(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    row = Household.objects.select_related("dwelling__building").get(pk=pk)
    card, _ = build_household_card(viewer, row, today=today(), numbers_of=plain_numbers)
    card.sections.extend(sections("household", viewer, row))
    subjects = [pk, *(member.person.id for member in card.line.members)]
    around = {**_about(request, "household", row, subjects), **_rights(viewer)}
    return render(request, "people/household.html", {"card": card, **around})


_MAP: dict[tuple[uuid.UUID | None, int], bytes] = {}


def map_data(request: HttpRequest) -> HttpResponse:
    """What the same viewer is shown, kept until the register changes: the same row read, the same bytes sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM audit_change")
        last = cursor.fetchone()[0] or 0
    return _map(request, last)


def map_bytes(request: HttpRequest) -> HttpResponse:
    """The same bytes for ever: no row read."""
    return _map(request, -1)


def _map(request: HttpRequest, last: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    key = viewer.user_id, last
    if key not in _MAP:
        _MAP[key] = kept.make(viewer, now=timezone.localtime()).body
    headers = {"Content-Encoding": "gzip", "Cache-Control": "private, no-cache", "Vary": "Accept-Encoding, Cookie"}
    return HttpResponse(_MAP[key], content_type="application/json", headers=headers)


urlpatterns = [
    path("baseline/search/", search),
    path("baseline/ledgers/people/", PlainPeople.as_view()),
    path("baseline/people/<uuid:pk>/", person),
    path("baseline/dwellings/<uuid:pk>/", dwelling),
    path("baseline/households/<uuid:pk>/", household),
    path("baseline/lists/<str:name>/", plain_list),
    path("baseline/submission/", plain_submission),
    path("baseline/proposals/", plain_queue),
    path("baseline/proposals/<uuid:pk>/", plain_sides),
    path("baseline/map/data/", map_data),
    path("baseline/map/bytes/", map_bytes),
    path("", include("domicile.site.urls")),
]
