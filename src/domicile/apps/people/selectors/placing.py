"""Where people can move to: dwellings by a typed address, and the households that live there."""

import uuid
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.identity.reading import standing_q
from domicile.apps.people.models import HEAD, Document, Household, Member, Person, Visibility
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.finding import document_candidates
from domicile.apps.places.models import Dwelling
from domicile.apps.places.selectors import find_dwellings
from domicile.apps.vault.keyring import blind
from domicile.core.codes import identity

#: More dwellings than these are not offered: a narrower address is asked for.
MOST = 20


@dataclass(frozen=True, slots=True)
class Places:
    """Choices ("dwelling id/household id or nothing", words), the persons they name, and what the search gave."""

    choices: list[tuple[str, str]] = field(default_factory=list)
    persons: list[uuid.UUID] = field(default_factory=list)
    searched: bool = False
    found: int = 0
    cut: bool = False


def members_of(household: Household) -> list[Member]:
    """Present members with their persons, the head first. One query."""
    rows = Member.objects.select_related("person").filter(household=household, left_on__isnull=True)
    return sorted(rows, key=lambda row: (row.relation != HEAD, row.relation or "99", row.pk))


def living_household_of(viewer: Viewer, person_id: uuid.UUID) -> Household | None:
    """The living household that somebody belongs to, when its dwelling lies inside the viewer's areas. One query."""
    own = Member.objects.filter(person_id=person_id, side=Household.Side.LIVING, left_on__isnull=True)
    rows = Household.objects.select_related("dwelling").filter(pk__in=own.values("household_id"))
    return restrict(rows, viewer, "dwelling__place_code").first()


def places(
    viewer: Viewer, household: Household, text: str, *, chosen: str = "", at_hand: bool, households: bool = True
) -> Places:
    """Dwellings at the typed address and the one chosen before; `at_hand`: also the dwelling of the household itself.

    Each is offered for a household of one's own, and, with `households`, for joining each one that lives there. Three
    queries.
    """
    text = text.strip()
    found = find_dwellings(viewer, text, limit=MOST + 1) if text else []
    ids = [line.id for line in found[:MOST]]
    before = _dwelling_of(chosen)
    wanted = list(dict.fromkeys([*([household.dwelling_id] if at_hand else []), *([before] if before else []), *ids]))
    rows = restrict(Dwelling.objects.filter(pk__in=wanted, in_use_to__isnull=True), viewer)
    addresses = dict(rows.values_list("pk", "address"))
    living = _living(list(addresses), household) if households else {}
    options: list[tuple[str, str]] = []
    persons: list[uuid.UUID] = []
    for dwelling in wanted:
        if dwelling not in addresses or (dwelling == household.dwelling_id and not at_hand):
            continue
        options.append((f"{dwelling}/", _own(addresses[dwelling], here=dwelling == household.dwelling_id)))
        for other, head, name in living.get(dwelling, []):
            joined = _("{address} · join the household of {name}")
            options.append((f"{dwelling}/{other}", joined.format(address=addresses[dwelling], name=name)))
            persons += [head] if head else []
    if not households:
        options = [(value, addresses[uuid.UUID(value[:-1])]) for value, _words in options]
    return Places(options, persons, bool(text), len(found[:MOST]), len(found) > MOST)


def _own(address: str, *, here: bool) -> str:
    if here:
        return _("{address} (as now) · a household of their own").format(address=address)
    return _("{address} · a household of their own").format(address=address)


def _dwelling_of(chosen: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(chosen.partition("/")[0])
    except ValueError:
        return None


def _living(
    dwellings: list[uuid.UUID], household: Household
) -> dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID | None, str]]]:
    """Living households by dwelling: (id, the head's id, the head's name)."""
    rows = Household.objects.filter(
        dwelling_id__in=dwellings, side=Household.Side.LIVING, ended_on__isnull=True
    ).exclude(pk=household.pk)
    homes = dict(rows.order_by("id").values_list("pk", "dwelling_id"))
    heads = Member.objects.filter(household_id__in=homes, left_on__isnull=True, relation=HEAD)
    named = {of: (person, name) for of, person, name in heads.values_list("household_id", "person_id", "person__name")}
    found: dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID | None, str]]] = {}
    for pk, dwelling in homes.items():
        person, name = named.get(pk, (None, ""))
        found.setdefault(dwelling, []).append((pk, person, words.name(name) if person else _("no head")))
    return found


def neighbours(viewer: Viewer, person: Person) -> list[tuple[uuid.UUID, str]]:
    """Who shares a household with somebody, living or registered, as (id, name). One query, one more for the ids."""
    own = Member.objects.filter(person__in=person.ids, left_on__isnull=True).values("household_id")
    rows = restrict(Member.objects.filter(household__in=own), viewer, "household__dwelling__place_code")
    found = (
        rows.exclude(person__in=person.ids).order_by("person_id").values_list("person_id", "person__name").distinct()
    )
    return [(pk, words.name(name)) for pk, name in found]


def holder_of(viewer: Viewer, number: str) -> uuid.UUID | None:
    """The one person inside the viewer's areas who has this document number; None where nobody or several have it."""
    inside, text = scope_q(viewer, "code"), identity.normalise_number(number)
    if inside is None or not text:
        return None
    blinds = [blind("document", candidate) for candidate in document_candidates(text)]
    holders = Document.objects.filter(blind__in=blinds).values("person_id")
    found = Visibility.objects.filter(inside, standing_q(holders)).values_list("person_id", flat=True).distinct()
    return found[0] if len(found) == 1 else None
