"""Owners, landlords and tenants as sheets name them: found among those of the dwelling, else made."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.ids import new_id
from domicile.apps.exchange.small.book import Book, Held, Subject, held
from domicile.apps.people.models import Document, Person, Spell
from domicile.apps.places.models import Unit
from domicile.apps.tenure.models import Holder, Holding, Rental, Tenant
from domicile.apps.vault.keyring import blind
from domicile.core.linkage.names import NameLikeness, same_name

CREDIT_CODE = "credit_code"


class Holders:
    """Who holds and rents the dwellings of a part of a file, as far as the importer's areas tell."""

    def __init__(self, book: Book, dwellings: Iterable[uuid.UUID], numbers: Iterable[tuple[str, str]]) -> None:
        """`numbers` are (kind, number) of documents that stand in the file. A constant number of queries."""
        self.book, ids = book, list(dwellings)
        self.owners: dict[uuid.UUID, list[Held]] = defaultdict(list)
        self.rentals: dict[uuid.UUID, list[Held]] = defaultdict(list)
        holdings = held(Holding, "dwelling_id", ids, role=Holding.Role.OWNER, end__isnull=True)
        rentals = held(Rental, "dwelling_id", ids, ended_on__isnull=True)
        tenants = held(Tenant, "rental_id", (row["id"] for row in rentals))
        wanted = {row["holder_id"] for row in (*holdings, *tenants)} | {row["landlord_id"] for row in rentals}
        self.on_file = {row["id"]: row for row in held(Holder, "pk", wanted)}
        self._residents(ids)
        self._of_numbers({number for kind, number in numbers if kind != CREDIT_CODE})
        self._units({number for kind, number in numbers if kind == CREDIT_CODE})
        self._named(self.on_file.values())
        book.know(row["id"] for row in self.on_file.values() if row["phone"] or row["number"])
        for row in holdings:
            self.owners[row["dwelling_id"]].append(self.on_file[row["holder_id"]])
        of_rental = defaultdict(list)
        for row in tenants:
            of_rental[row["rental_id"]].append(self.on_file[row["holder_id"]])
        for row in rentals:
            row["_tenants"] = of_rental[row["id"]]
            self.rentals[row["dwelling_id"]].append(row)

    def _residents(self, dwellings: list[uuid.UUID]) -> None:
        """Persons who live in the dwellings, by dwelling and name: a tenant of that name is that person."""
        found: dict[tuple[uuid.UUID, str], list[uuid.UUID]] = defaultdict(list)
        names = {}
        for row in held(Spell, "dwelling_id", dwellings, end__isnull=True, kind=Spell.Kind.USUAL):
            names[row["person_id"]] = row["dwelling_id"]
        for row in held(Person, "pk", names):
            found[names[row["id"]], row["name"]].append(row["id"])
        self.residents = {key: people[0] for key, people in found.items() if len(people) == 1 and key[1]}

    def _of_numbers(self, numbers: set[str]) -> None:
        """Persons inside the importer's areas by number: who is on file elsewhere is not told."""
        inside = Q()
        for scope in self.book.actor.scopes:
            inside |= prefix_q("person__visibility__code", scope)
        blinds = {blind("document", number): number for number in numbers}
        self.persons: dict[str, tuple[uuid.UUID, str]] = {}
        keys, size = list(blinds), 5000
        for start in range(0, len(keys), size) if self.book.actor.scopes else ():
            rows = Document.objects.filter(inside, blind__in=keys[start : start + size])
            for sealed, person, name in rows.order_by("id").values_list("blind", "person_id", "person__name"):
                self.persons[blinds[bytes(sealed)]] = (person, name)

    def _units(self, codes: set[str]) -> None:
        inside = Q()
        for scope in self.book.actor.scopes:
            inside |= prefix_q("place_code", scope)
        rows = Unit.objects.filter(inside, credit_code__in=codes, in_use_to__isnull=True)
        self.units = dict(rows.values_list("credit_code", "id")) if self.book.actor.scopes else {}

    def _named(self, rows: Iterable[Held]) -> None:
        """The names of holders; persons and units of the file who are holders already."""
        rows = list(rows)
        people = {row["person_id"] for row in rows if row["person_id"]} | {one for one, _ in self.persons.values()}
        people |= set(self.residents.values())
        units = {row["unit_id"] for row in rows if row["unit_id"]} | set(self.units.values())
        for column, keys in (("person_id", people), ("unit_id", units)):
            for row in held(Holder, column, keys):
                self.on_file.setdefault(row["id"], row)
        linked_rows = [*held(Person, "pk", people), *held(Unit, "pk", units)]
        names = {row["id"]: row["name"] for row in linked_rows}
        self.of_subject = {}
        for row in self.on_file.values():
            linked = row["person_id"] or row["unit_id"]
            row["_name"] = names.get(linked, "") if linked else row["name"]
            if linked:
                self.of_subject[linked] = row

    def among(self, rows: list[Held], name: str, number: str = "") -> Held | None:
        """The one of `rows` with this name, whose number is not another."""
        for row in rows:
            if row["_name"] == name and not (
                number and row["blind"] and bytes(row["blind"]) != blind("document", number)
            ):
                return row
        return None

    def holder(
        self, subject: Subject, name: str, kind: str = "", number: str = "", phone: str = "", *, lives_at: Any = None
    ) -> Held:
        """The person or unit of this number, or the resident of this name, as a holder; else a name with its number."""
        person, unit = self._person(name, number, lives_at), self.units.get(number) if kind == CREDIT_CODE else None
        if person or unit:
            linked: Any = person or unit
            if linked not in self.of_subject:
                row = self.book.create(subject, Holder, person_id=person, unit_id=unit)
                self.of_subject[linked] = row | {"_name": name}
            return self.of_subject[linked]
        made = new_id()
        row = self.book.create(
            subject, Holder, made, name=name, document_kind=kind if number else "",
            number=self.book.sealed(Holder, "number", made, made, number), blind=blind("document", number) if number else None,
            phone=self.book.sealed(Holder, "phone", made, made, phone),
        )  # fmt: skip
        row["_name"] = name
        return row

    def _person(self, name: str, number: str, lives_at: Any) -> uuid.UUID | None:
        if number in self.persons:
            person, known = self.persons[number]
            return person if same_name(name, known) is not NameLikeness.DIFFERENT else None
        return self.residents.get((lives_at, name)) if lives_at and not number else None

    def refresh(self, subject: Subject, row: Held, kind: str, number: str, phone: str) -> None:
        """Add a number that a named holder lacks, and take over another phone; persons and units keep their own."""
        if row["person_id"] or row["unit_id"]:
            return
        if number and not row["number"]:
            sealed = self.book.sealed(Holder, "number", row["id"], row["id"], number)
            self.book.change(subject, Holder, row, number=sealed, blind=blind("document", number), document_kind=kind)
        if phone and self.book.opened(Holder, "phone", row, row["id"]) != phone:
            self.book.change(subject, Holder, row, phone=self.book.sealed(Holder, "phone", row["id"], row["id"], phone))
