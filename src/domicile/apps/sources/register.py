"""What the register says of those whom a list may name: frames for the comparison, a fixed number of queries each.

A frame has `row`, the columns of engines.lists, and: person, event, other_person (32 hex characters), place_code, whys (why
the area knows them), died (Date), expected (they should be on the list), counts (who is matched with them is on file as what
the list says: a death list that names somebody living finds a person, but no death).
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final

import polars as pl
from django.db.models import Q

from domicile.apps.common.fields import prefix_q
from domicile.apps.people.models import Document, Household, Member, Parentage, Person, Visibility
from domicile.apps.sources.registry import Source
from domicile.apps.vault.sealing import binding, data_keys, decrypt
from domicile.apps.vitals.models import Kind, Role, State, VitalEvent, VitalNamed

AT_ONCE: Final = 5000
SCHEMA: Final[dict[str, Any]] = {
    "person": pl.String, "event": pl.String, "name": pl.String, "sex": pl.String, "birth": pl.Date, "died": pl.Date,
    "day": pl.Date, "number": pl.String, "other_name": pl.String, "other_number": pl.String, "other_person": pl.String,
    "place_code": pl.String, "whys": pl.List(pl.String),
}  # fmt: skip
_POOL: Final[dict[str, Any]] = {name: SCHEMA[name] for name in ("person", "name", "sex", "birth", "died")} | {
    "code": pl.String,
    "why": pl.String,
}
_ORDER: Final = {"lives": 0, "registered": 1, "moving": 2, "left": 3}
#: Women of a household of these ages at a birth may be the mother, where nobody is named and there is but one.
MOTHER_AGES: Final = (15, 55)
#: Birth dates from so many years back have a mother looked for: lists of children go no further.
CHILD_YEARS: Final = 8


def pool(scope: str, only: Collection[uuid.UUID] | None = None) -> pl.DataFrame:
    """Everybody whom an area knows ('': wherever they are), one row a person; or just these of them."""
    known = Visibility.objects.filter(prefix_q("code", scope))
    rows = (known if only is None else known.filter(person_id__in=only)).values_list(
        "person_id", "person__name", "person__sex", "person__birth_date", "person__died_on", "code", "why"
    )
    listed = [(person.hex, name or None, sex, birth, died, code, why)
              for person, name, sex, birth, died, code, why in rows.iterator(chunk_size=AT_ONCE)]  # fmt: skip
    frame = pl.DataFrame(listed, schema=_POOL, orient="row")
    frame = frame.with_columns(order=pl.col("why").replace_strict(_ORDER, default=9)).sort("person", "order", "code")
    people = frame.group_by("person", maintain_order=True).agg(
        pl.col("name", "sex", "birth", "died").first(), pl.col("code").first().alias("place_code"), pl.col("why").alias("whys"),
        pl.col("code").filter(pl.col("why") == "registered").first().alias("registered_at"),
    )  # fmt: skip
    stated = pl.col("sex").is_in(["1", "2"])
    return people.with_columns(pl.when(stated).then("sex").alias("sex"), number=_numbers(people["person"].to_list()))


def frame_for(source: Source, scope: str, begin: dt.date, end: dt.date, people: pl.DataFrame) -> pl.DataFrame:
    """The side of the register for a source; `people` is the pool of the scope."""
    if source.about == "marriages":
        return _numbered(_marriages(scope, begin, end, people))
    in_time = pl.lit(value=True)
    counts = pl.lit(value=True)
    place, day = pl.col("place_code"), pl.lit(None, dtype=pl.Date)
    if source.about == "births":
        lives = pl.col("whys").list.contains("lives") | pl.col("whys").list.contains("left")
        in_time, day = lives & pl.col("birth").is_between(begin, end, closed="left"), pl.col("birth")
    elif source.about == "deaths":
        in_time, day = pl.col("died").is_between(begin, end, closed="left"), pl.col("died")
        counts = pl.col("died").is_not_null()
    elif source.about == "children" and source.ages is not None:
        oldest, youngest = years_before(begin, source.ages[1]), years_before(begin, source.ages[0])
        of_age = pl.col("birth").is_between(oldest, youngest, closed="right")
        in_time = pl.col("whys").list.contains("lives") & of_age & pl.col("died").is_null()
    elif source.about == "registered":
        in_time = pl.col("whys").list.contains("registered") & pl.col("died").is_null()
        place = pl.coalesce("registered_at", "place_code")
    found = people.with_columns(place_code=place, day=day, expected=in_time.fill_null(value=False), counts=counts)
    found = found.with_columns(pl.lit(None, dtype=pl.String).alias("event"))
    with_mothers = source.about in {"births", "children"}
    since = years_before(begin, CHILD_YEARS)
    return _numbered(_with_mothers(found, since, people) if with_mothers else _without_others(found))


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day so many years before; of 29 February the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _numbered(frame: pl.DataFrame) -> pl.DataFrame:
    columns = [name for name in SCHEMA if name in frame.columns]
    return frame.select(pl.int_range(pl.len(), dtype=pl.Int64).alias("row"), *columns, "expected", "counts")


def _without_others(frame: pl.DataFrame) -> pl.DataFrame:
    empty = (pl.lit(None, dtype=pl.String).alias(name) for name in ("other_name", "other_number", "other_person"))
    return frame.with_columns(*empty)


def _with_mothers(frame: pl.DataFrame, since: dt.date, people: pl.DataFrame) -> pl.DataFrame:
    """The mother of each child: the one whom the birth names, the parent on file, or the one woman at home who can be."""
    children = frame.filter(pl.col("birth") >= since).select("person", "birth")
    named = _named_mothers(children["person"].to_list())
    at_home = _women_at_home(children, people, set(named))
    found = [(child, *who) for child, who in named.items()] + [
        (child, mother, None) for child, mother in at_home.items()
    ]
    schema = {"person": pl.String, "other_person": pl.String, "told": pl.String}
    mothers = pl.DataFrame(found, schema=schema, orient="row")
    of_people = people.select(pl.col("person").alias("other_person"), "name", "number").rename(
        {"name": "other_name", "number": "other_number"}
    )
    joined = mothers.join(of_people, on="other_person", how="left").with_columns(
        other_name=pl.coalesce("other_name", "told")
    )
    return frame.join(joined.drop("told"), on="person", how="left", maintain_order="left")


def _named_mothers(children: Sequence[str]) -> dict[str, tuple[str | None, str | None]]:
    """Child -> the mother on file, or her name as it was told."""
    found: dict[str, tuple[str | None, str | None]] = {}
    for some in _chunks(children):
        rows = Parentage.objects.filter(child_id__in=some, kind=Parentage.Kind.BIRTH, parent__sex="2")
        found |= {child.hex: (mother.hex, None) for child, mother in rows.values_list("child_id", "parent_id")}
        told = VitalNamed.objects.filter(
            event__person_id__in=some, event__kind=Kind.BIRTH, event__state=State.COUNTS, role=Role.MOTHER
        )
        for child, mother, name in told.values_list("event__person_id", "person_id", "name"):
            found[child.hex] = (mother.hex if mother else None, name or None)
    return found


def _women_at_home(children: pl.DataFrame, people: pl.DataFrame, known: Collection[str]) -> dict[str, str]:
    open_ = children.filter(~pl.col("person").is_in(sorted(known)))
    rows: list[tuple[str, str]] = []
    for some in _chunks(open_["person"].to_list()):
        homes = Member.objects.filter(side=Household.Side.LIVING, left_on__isnull=True)
        rows += [
            (child.hex, home.hex)
            for child, home in homes.filter(person_id__in=some).values_list("person_id", "household_id")
        ]
    at_home = pl.DataFrame(rows, schema={"person": pl.String, "home": pl.String}, orient="row")
    members: list[tuple[str, str]] = []
    for some in _chunks(at_home["home"].unique().to_list()):
        listed = Member.objects.filter(household_id__in=some, left_on__isnull=True, person__sex="2")
        members += [(home.hex, person.hex) for home, person in listed.values_list("household_id", "person_id")]
    women = pl.DataFrame(members, schema={"home": pl.String, "mother": pl.String}, orient="row")
    women = women.join(people.select(pl.col("person").alias("mother"), pl.col("birth").alias("born")), on="mother")
    pairs = at_home.join(open_, on="person").join(women, on="home")
    age = pl.col("birth").dt.year() - pl.col("born").dt.year()
    pairs = pairs.filter(age.is_between(*MOTHER_AGES, closed="left"))
    alone = pairs.filter(pl.len().over("person") == 1)
    return dict(alone.select("person", "mother").iter_rows())


def _marriages(scope: str, begin: dt.date, end: dt.date, people: pl.DataFrame) -> pl.DataFrame:
    """One row a marriage, the husband as the first of both where the register knows who that is."""
    spouse = Q(named__role=Role.SPOUSE)
    rows = VitalEvent.objects.filter(prefix_q("code", scope), spouse, kind=Kind.MARRIAGE, state=State.COUNTS).values_list(
        "pk", "code", "day", "person_id", "person__name", "person__sex", "named__person_id", "named__person__name", "named__name",
        "named__person__sex",
    )  # fmt: skip
    listed = []
    for pk, code, day, one, name, sex, other, other_name, told, other_sex in rows.iterator(chunk_size=AT_ONCE):
        first, second = (one, name), (other, other_name or told)
        if sex == "2" and other_sex != "2":
            first, second = second, first
        listed.append((pk.hex, code, day, _hex(first[0]), first[1] or None, _hex(second[0]), second[1] or None))
    schema = {"event": pl.String, "place_code": pl.String, "day": pl.Date, "person": pl.String, "name": pl.String,
              "other_person": pl.String, "other_name": pl.String}  # fmt: skip
    frame = pl.DataFrame(listed, schema=schema, orient="row").unique("event", keep="first", maintain_order=True)
    named = sorted({one for name in ("person", "other_person") for one in frame[name].drop_nulls().to_list()})
    numbers = dict(zip(named, _numbers(named).to_list(), strict=True))
    empty = {name: pl.lit(None, dtype=SCHEMA[name]) for name in ("sex", "birth", "died", "whys")}
    return frame.with_columns(
        **empty,
        number=pl.Series([numbers.get(one) for one in frame["person"].to_list()], dtype=pl.String),
        other_number=pl.Series([numbers.get(one) for one in frame["other_person"].to_list()], dtype=pl.String),
        expected=pl.col("day").is_between(begin, end, closed="left"), counts=pl.lit(value=True),
    )  # fmt: skip


def _hex(key: uuid.UUID | None) -> str | None:
    return key.hex if key else None


def _numbers(people: Sequence[str]) -> pl.Series:
    """The first document's number of each, opened; null where there is none. Two queries for 5,000 people."""
    table, found = Document._meta.db_table, dict[str, str]()
    for some in _chunks(people):
        rows = list(
            Document.objects.filter(person_id__in=some, number__isnull=False)
            .order_by("-pk")
            .values_list("pk", "person_id", "number")
        )
        keys = data_keys({person for _pk, person, _number in rows})
        for pk, person, number in rows:  # the first comes last, and takes the place of the others
            if person in keys:
                found[person.hex] = decrypt(keys[person], bytes(number), binding(table, "number", pk)).decode()
    return pl.Series("number", [found.get(person) for person in people], dtype=pl.String)


def _chunks(keys: Sequence[str]) -> Iterable[list[uuid.UUID]]:
    for start in range(0, len(keys), AT_ONCE):
        yield [uuid.UUID(key) for key in keys[start : start + AT_ONCE]]


def residents(scope: str) -> int:
    """How many people live in an area."""
    return (
        Visibility.objects.filter(prefix_q("code", scope), why=Visibility.Why.LIVES)
        .values("person_id")
        .distinct()
        .count()
    )


def names_of(persons: Collection[uuid.UUID]) -> dict[uuid.UUID, Any]:
    """Name, sex, birth date and day of death of people, by id. One query."""
    rows = Person.objects.filter(pk__in=persons).values_list("pk", "name", "sex", "birth_date", "died_on")
    return {row[0]: row[1:] for row in rows}
