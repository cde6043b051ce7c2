"""房屋信息表 and 出租房屋台账: dwellings with their owners, and what is let."""

import datetime as dt
import uuid
from collections import defaultdict
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone

from domicile.apps.access.scopes import restrict
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.viewer import Viewer
from domicile.apps.exchange.official.local import NONE, LocalCells
from domicile.apps.exchange.official.places import Lines, number
from domicile.apps.exchange.official.reading import LISTED, Opener, day, grid_of, slices, whole_addresses, word
from domicile.apps.exchange.small.dwellings import BLOCKING, USES
from domicile.apps.people.models import Document, Phone
from domicile.apps.places.models import Dwelling
from domicile.apps.tenure.models import Holder, Holding, Rental, Tenant
from domicile.core.codes.identity import NumberError, classify

CODES = {use: code for code, use in USES.items()}
SAFETY = {"signed": "已签", "unsigned": "未签"}


def dwellings(viewer: Viewer, place: str, local: LocalCells = NONE) -> Lines:
    """Dwellings in use; one that is let to several, once for each."""
    rows = Dwelling.objects.filter(prefix_q("place_code", place), in_use_to=None)
    yield from _lines(restrict(rows, viewer).order_by("place_code", "sort_key", "pk"), local, only_let=False)


def rentals(viewer: Viewer, place: str, local: LocalCells = NONE) -> Lines:
    """Rentals that go on."""
    let = Rental.objects.filter(dwelling=OuterRef("pk"), ended_on=None)
    rows = Dwelling.objects.filter(Exists(let), prefix_q("place_code", place), in_use_to=None)
    yield from _lines(restrict(rows, viewer).order_by("place_code", "sort_key", "pk"), local, only_let=True)


def _lines(rows: Any, local: LocalCells, *, only_let: bool) -> Lines:
    for part in slices(rows):
        of_part = _Slice(part)
        behind = local.of([dwelling.pk for dwelling in part])
        lines = []
        for dwelling in part:
            cells = behind(dwelling.pk, dwelling.place_code)
            lines += [[*of_part.line(dwelling, rental), *cells] for rental in of_part.rentals[dwelling.pk]]
            if not of_part.rentals[dwelling.pk] and not only_let:
                lines.append([*of_part.line(dwelling, None), *cells])
        yield of_part.persons, lines


class _Slice:
    """All that the rows of some dwellings need, by a fixed number of queries."""

    def __init__(self, dwellings: list[Dwelling]) -> None:
        ids = [row.pk for row in dwellings]
        self.owners, self.rentals, self.tenants = (defaultdict(list) for _ in range(3))
        holders = []
        held = Holding.objects.filter(dwelling__in=ids, role=Holding.Role.OWNER, end=None)
        for holding in held.select_related("holder__person", "holder__unit").order_by("pk"):
            self.owners[holding.dwelling_id].append(holding.holder)
            holders.append(holding.holder)
        let = Rental.objects.filter(dwelling__in=ids, ended_on=None).select_related(
            "landlord__person", "landlord__unit"
        )
        for rental in let.order_by("pk"):
            self.rentals[rental.dwelling_id].append(rental)
            holders.append(rental.landlord)
        rented = Tenant.objects.filter(rental__in=[one.pk for group in self.rentals.values() for one in group])
        for tenant in rented.select_related("holder__person", "holder__unit").order_by("pk"):
            self.tenants[tenant.rental_id].append(tenant.holder)
            holders.append(tenant.holder)
        self.persons = list(dict.fromkeys(one.person_id for one in holders if one.person_id))
        self.opener = Opener({*self.persons, *(one.pk for one in holders if one.number or one.phone)})
        self.documents = self._first(Document)
        self.phones = self._first(Phone)
        texts = whole_addresses([(row.address, row.place_code) for row in dwellings])
        self.addresses = dict(zip(ids, texts, strict=True))

    def _first(self, model: Any) -> dict[uuid.UUID, Any]:
        rows = model.objects.filter(person__in=self.persons).order_by("-pk")
        return {row.person_id: row for row in rows}

    def line(self, dwelling: Dwelling, rental: Rental | None) -> list[Any]:
        """One dwelling, with one of its rentals, in the order of the printed columns."""
        owners = list(self.owners[dwelling.pk])
        if rental is not None and rental.landlord not in owners:
            owners.insert(0, rental.landlord)
        tenants = self.tenants[rental.pk] if rental else []
        let = "是" if rental else "" if dwelling.use == Dwelling.Use.LET else "否"
        return [
            self.addresses[dwelling.pk], grid_of(dwelling.place_code), word("dwelling_use", CODES.get(dwelling.use, "")),
            number(dwelling.floor_area), number(dwelling.rooms), LISTED.join(map(_name, owners)), self._numbers(owners),
            self._phones(owners), let, LISTED.join(map(_name, tenants)), self._phones(tenants),
            day(rental.contract_start) if rental else "", _last_day(rental.contract_end) if rental else "",
            SAFETY.get(rental.safety, "") if rental else "", day(rental.last_visit) if rental else "", "",
            rental.part if rental else "",
        ]  # fmt: skip

    def _numbers(self, holders: list[Holder]) -> str:
        found = [self._number(holder) for holder in holders]
        return LISTED.join(text or "-" for text in found) if any(found) else ""

    def _number(self, holder: Holder) -> str:
        if holder.unit_id:
            return str(holder.unit.credit_code)  # type: ignore[union-attr]
        if holder.person_id:
            document = self.documents.get(holder.person_id)
            return _evident(self.opener.value(document, "number", holder.person_id)) if document else ""
        return self.opener.value(holder, "number", holder.pk)

    def _phones(self, holders: list[Holder]) -> str:
        found = [(self._phone(holder), _name(holder)) for holder in holders]
        if len(holders) == 1:
            return found[0][0]
        return LISTED.join(f"{phone}({name})" for phone, name in found if phone)

    def _phone(self, holder: Holder) -> str:
        if holder.person_id:
            phone = self.phones.get(holder.person_id)
            return self.opener.value(phone, "number", holder.person_id) if phone else ""
        return self.opener.value(holder, "phone", holder.pk) if not holder.unit_id else ""


def _name(holder: Holder) -> str:
    linked = holder.person or holder.unit
    return linked.name if linked else holder.name


def _last_day(end: dt.date | None) -> str:
    """The last day of a contract, as the paper names it."""
    return day(end - dt.timedelta(days=1)) if end else ""


def _evident(number: str) -> str:
    """A number that tells of which document it is: the form has no column for that, and could not be read again."""
    try:
        classify(number, today=timezone.localdate())
    except NumberError as fault:
        return "" if fault.code in BLOCKING else number
    return number
