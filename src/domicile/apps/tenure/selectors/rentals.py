"""Reads of rentals, inside the viewer's areas. Names of people are read only for who may see people."""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from django.db.models import QuerySet

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.areas.selectors import trails
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.registry import label
from domicile.apps.collect.selectors import waiting_about
from domicile.apps.collect.told import ToldChange, changes_of, told
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Spell
from domicile.apps.places.models import Dwelling
from domicile.apps.tenure import words
from domicile.apps.tenure.actions import RENTAL_ACTIONS
from domicile.apps.tenure.holders import HolderLine, holder_lines, name_of, person_ids
from domicile.apps.tenure.models import Holder, Rental, Tenant

#: Ended rentals shown on a card.
MOST_PAST = 20


@dataclass(frozen=True, slots=True)
class RentalLine:
    """A rental on a card or in a list."""

    rental: Rental
    landlord: HolderLine
    tenants: list[HolderLine]
    safety: str
    contract_over: bool

    @property
    def persons(self) -> list[uuid.UUID]:
        return person_ids([self.landlord, *self.tenants])


@dataclass(frozen=True, slots=True)
class RentalCard:
    """All that the page shows; numbers and phones masked unless the viewer asked to see them."""

    line: RentalLine
    trail: list[str]
    numbers_shown: bool
    changes: list[ToldChange] | None
    waiting: list[tuple[Proposal, Any]]


def rentals(viewer: Viewer) -> "QuerySet[Rental]":
    """Rentals inside the viewer's areas, going on and ended, with dwelling and landlord, by place and address."""
    rows = Rental.objects.select_related("dwelling", "landlord__person", "landlord__unit")
    return restrict(rows, viewer, "dwelling__place_code").order_by("dwelling__place_code", "dwelling__sort_key", "id")


def contracts_ended(viewer: Viewer, *, today: dt.date) -> "QuerySet[Rental]":
    """Rentals that go on though their contract has ended: what is to be asked at the door. The longest over first."""
    return rentals(viewer).filter(ended_on=None, contract_end__lte=today).order_by("contract_end", "id")


def contracts_ending(viewer: Viewer, *, today: dt.date, days: int) -> "QuerySet[Rental]":
    """Rentals whose contract runs today and ends within so many days, the first to end first."""
    last = today + dt.timedelta(days=days)
    rows = rentals(viewer).filter(ended_on=None, contract_end__gt=today, contract_end__lte=last)
    return rows.order_by("contract_end", "id")


def find_rental(viewer: Viewer, rental_id: uuid.UUID) -> Rental:
    """The rental. Raises OutOfReach outside the viewer's areas."""
    rental = rentals(viewer).filter(pk=rental_id).first()
    if rental is None:
        raise OutOfReach
    return rental


def rental_lines(
    viewer: Viewer, rows: Sequence[Rental], *, today: dt.date, full: bool = False, numbers: bool = True
) -> list[RentalLine]:
    """Lines of rentals read by `rentals`. Three queries: tenants, who of them may be opened, keys of numbers."""
    tenants: dict[uuid.UUID, list[Holder]] = defaultdict(list)
    found = Tenant.objects.filter(rental__in=[row.pk for row in rows]).order_by("id")
    for tenant in found.select_related("holder__person", "holder__unit"):
        tenants[tenant.rental_id].append(tenant.holder)
    named = [*(row.landlord for row in rows), *(holder for own in tenants.values() for holder in own)]
    lines = holder_lines(viewer, named, full=full, numbers=numbers)
    return [
        RentalLine(
            rental=row,
            landlord=lines[row.landlord_id],
            tenants=[lines[holder.pk] for holder in tenants[row.pk]],
            safety=str(words.SAFETY[row.safety]),
            contract_over=row.ended_on is None and row.contract_end is not None and row.contract_end <= today,
        )
        for row in rows
    ]


def rental_card(viewer: Viewer, rental_id: uuid.UUID, *, today: dt.date, show_numbers: bool = False) -> RentalCard:
    """The page of a rental, after the look is recorded: as `rental`, or `number` when numbers are shown in full.

    Raises NotAllowed without `view_dwelling` (for numbers `view_number_full`), OutOfReach outside the areas.
    """
    viewer.require("view_dwelling")
    if show_numbers:
        viewer.require("view_number_full")
    rental = find_rental(viewer, rental_id)
    line = rental_lines(viewer, [rental], today=today, full=show_numbers)[0]
    code = rental.dwelling.place_code
    changes, told_of = history(viewer, rental.pk, RENTAL_ACTIONS)
    card = RentalCard(
        line=line,
        trail=trails([code]).get(code, []),
        numbers_shown=show_numbers,
        changes=changes,
        waiting=[(row, label(row.action)) for row in waiting_about(viewer, [rental.pk])],
    )
    seen = dict.fromkeys([*shown_persons(viewer, [rental]), *told_of])
    record_look(viewer, question="number" if show_numbers else "rental", persons=list(seen))
    return card


def shown_persons(viewer: Viewer, rows: Sequence[Rental]) -> list[uuid.UUID]:
    """Everybody of the register whom these rentals name to this viewer, also those outside the areas. One query."""
    if not viewer.may("view_person"):
        return []
    tenants = Tenant.objects.filter(rental__in=[row.pk for row in rows]).exclude(holder__person=None)
    landlords = [row.landlord.person_id for row in rows if row.landlord.person_id]
    return list(dict.fromkeys([*landlords, *tenants.values_list("holder__person_id", flat=True)]))


def history(
    viewer: Viewer, subject_id: uuid.UUID, kinds: Sequence[str]
) -> tuple[list[ToldChange] | None, list[uuid.UUID]]:
    """The recorded changes in words, for who may see a history or makes changes (None else), and the persons they name.

    Three queries. Somebody who rents or owns no more is named by a change alone, and that is a look as well.
    """
    if not (viewer.may("view_history") or viewer.may("propose_change")):
        return None, []
    changes = changes_of([subject_id], kinds)
    ids = words.holder_ids(entry for change in changes for entry in orjson.loads(change.values))
    holders = list(Holder.objects.filter(pk__in=ids).select_related("person", "unit"))
    named = viewer.may("view_person")
    lines = told(viewer, changes, words.teller({row.pk.hex: row for row in holders}, named=named))
    return lines, person_ids(holders) if named else []


def residents(dwelling_id: uuid.UUID) -> list[tuple[uuid.UUID, str]]:
    """Who lives in a dwelling now, the eldest first: id and name. One query."""
    rows = Spell.objects.filter(dwelling_id=dwelling_id, end=None).order_by("person__birth_date", "person_id")
    return list(dict.fromkeys(rows.values_list("person_id", "person__name")))


def tenant_persons(rental: Rental) -> set[uuid.UUID]:
    """The persons of the register among the tenants. One query."""
    rows = Tenant.objects.filter(rental=rental).exclude(holder__person=None)
    return set(rows.values_list("holder__person_id", flat=True))


def landlords(viewer: Viewer, dwelling: Dwelling) -> tuple[list[tuple[uuid.UUID, str]], list[uuid.UUID]]:
    """Who may be chosen as landlord of a dwelling: its owners and managers, and who let it before.

    Holders with their names, and the persons among them. Three queries.
    """
    held = dwelling.holdings.filter(end=None).order_by("-role").values_list("holder_id", flat=True)
    before = dwelling.rentals.order_by("-id").values_list("landlord_id", flat=True)[:MOST_PAST]
    ids = list(dict.fromkeys([*held, *before]))
    known = Holder.objects.filter(pk__in=ids).select_related("person", "unit").in_bulk()
    rows = [known[key] for key in ids if key in known]
    return [(row.pk, name_of(row)) for row in rows], person_ids(rows)
