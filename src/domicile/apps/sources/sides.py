"""A row's two sides: what the list says, what the register says, and where somebody can be asked.

What needs large libraries is imported where it is used: the lists of a clean-up read this module at start-up.
"""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from domicile.apps.people.models import Household, Member, Parentage, Spell
from domicile.apps.sources.models import ListRow
from domicile.apps.sources.registry import SAME_AS, WORDS, Source
from domicile.apps.vault.sealing import Erased, open_many
from domicile.core.codes.text import comparison_key


def said(rows: Sequence[ListRow]) -> dict[uuid.UUID, dict[str, str]]:
    """What the list says of each row, by its id; nothing of rows that agree, or whose time is over."""
    from domicile.apps.sources import marks

    try:
        return {key: marks.unpacked(text) for key, text in open_many(rows, "facts").items()}
    except Erased:
        return {row.pk: {} for row in rows}


def on_file(source: Source, row: ListRow, person: uuid.UUID | None = None) -> dict[str, str]:
    """What the register says of the person, or event, of a row: by the fields of the source; nothing of nobody."""
    import polars as pl

    from domicile.apps.sources import register

    load, who = row.load, person or row.person
    if source.about == "marriages":
        frame = register.frame_for(source, load.scope, load.begin, load.end, register.pool(load.scope, []))
        found = frame.filter(pl.col("event") == row.event.hex) if row.event else frame.clear()
    elif who is None:
        return {}
    else:
        near = register.pool("", [who, *_near(who)] if source.about in {"births", "children"} else [who])
        frame = register.frame_for(source, load.scope, load.begin, load.end, near)
        found = frame.filter(pl.col("person") == who.hex)
    if found.is_empty():
        return {}
    line = found.row(0, named=True)
    values = {
        field: line[SAME_AS.get(field, field)] for field in source.layout.by_name if SAME_AS.get(field, field) in line
    }
    return {field: _text(value) for field, value in values.items() if value is not None}


def counts(source: Source, row: ListRow, person: uuid.UUID) -> bool:
    """Whether the register has of somebody what the list is about: who lives on file has not died there."""
    from domicile.apps.sources import register

    return source.about != "deaths" or register.names_of([person])[person][3] is not None


def differing(source: Source, row: ListRow, person: uuid.UUID) -> list[str]:
    """The fields in which the list and somebody on file differ."""
    return differences(source, said([row])[row.pk], on_file(source, row, person))


def differences(source: Source, one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    """The fields that both say, and not the same."""
    return [
        field
        for field in source.compared
        if one.get(field) and other.get(field) and _key(field, one) != _key(field, other)
    ]


def dwelling_of(row: ListRow) -> uuid.UUID | None:
    """The dwelling where somebody can be asked: that of the person, of the mother or a spouse, or at the address."""
    people = [
        row.person,
        *(uuid.UUID(one["person"]) for one in row.candidates if one.get("person") and one.get("why") != "not"),
    ]
    for who in filter(None, people):
        found = (
            Spell.objects.filter(person_id=who, end=None, kind=Spell.Kind.USUAL)
            .values_list("dwelling_id", flat=True)
            .first()
        )
        if found:
            return found
    return next((uuid.UUID(one["dwelling"]) for one in row.candidates if one.get("dwelling")), None)


def household_of(person: uuid.UUID) -> uuid.UUID | None:
    """The living household of somebody."""
    rows = Member.objects.filter(person_id=person, side=Household.Side.LIVING, left_on=None)
    return rows.values_list("household_id", flat=True).first()


def _near(person: uuid.UUID) -> list[uuid.UUID]:
    """The parents on file and those of the same home."""
    home = household_of(person)
    members = Member.objects.filter(household_id=home, left_on=None).values_list("person_id", flat=True) if home else []
    parents = Parentage.objects.filter(child_id=person).values_list("parent_id", flat=True)
    return [*members, *parents]


def _key(field: str, values: Mapping[str, str]) -> str:
    return comparison_key(values[field]) if field in WORDS else values[field]


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
