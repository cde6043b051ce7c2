"""The counts of core.indicators, made where one asks for them: in the register's own database, or by an engine over a snapshot.

The expressions are the same everywhere. For the database the tables of a snapshot are named queries of the register: the same
columns, records that were merged resolved to the one that stands, blanks missing.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from django.db import connections

from domicile.apps.common.fields import next_key
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.indicators import expecting
from domicile.apps.people.models import Person
from domicile.core.editing import DIALECTS, Value
from domicile.core.indicators.counting import Count, Counted, Counting, alike, counts
from domicile.core.policy.parameters import parameter

if TYPE_CHECKING:
    from domicile.engines.spark.session import Cluster

#: Births and deaths by the day on which they happened, for whatever period was published.
HAPPENED: Final = "events_by_day"
KINDS: Final = {"births": "birth", "deaths": "death"}
#: The machine itself, for all areas; its look at the register is logged with this purpose. It opens no number.
MACHINE: Final = Viewer(
    user_id=None, name="domicile", role="machine", scopes=("",), purpose="register_maintenance",
    permissions=frozenset({"view_person"}), channel="job",
)  # fmt: skip
Days = tuple[dt.date, dt.date]
Progress = Callable[[int, int], None]

_STANDS: Final = "LEFT JOIN people_sameperson l ON l.person_id = p.person_id"
_TABLES: Final[Mapping[str, str]] = {
    "people": """SELECT p.id AS person_id, nullif(p.name, '') AS name,
        CASE WHEN p.sex IN ('1', '2') THEN p.sex END AS sex, p.birth_date,
        nullif(p.birth_precision, '') AS birth_precision, nullif(p.registration, '') AS registration,
        CASE WHEN p.registration = 'area' THEN nullif(p.registered_code, '') END AS registered_at, p.died_on AS dead_on
        FROM people_person p WHERE NOT EXISTS (SELECT 1 FROM people_sameperson l WHERE l.person_id = p.id)""",
    "documents": f"""SELECT p.id AS document_id, coalesce(l.stands_id, p.person_id) AS person_id, p.kind,
        nullif(p.finding, '') AS finding FROM people_document p {_STANDS}""",  # noqa: S608
    "spells": f"""SELECT p.id AS spell_id, coalesce(l.stands_id, p.person_id) AS person_id, d.place_code, p.kind,
        p.start AS since, p."end" AS until, nullif(p.source, '') AS source
        FROM people_spell p JOIN places_dwelling d ON d.id = p.dwelling_id {_STANDS}""",  # noqa: S608
    "events": f"""SELECT p.id AS event_id, coalesce(l.stands_id, p.person_id) AS person_id, p.code AS place_code, p.kind,
        p.day, p.registered_on, nullif(p.told_by, '') AS told_by, p.late
        FROM vitals_vitalevent p {_STANDS} WHERE p.state = 'counts'""",  # noqa: S608
    "checks": """SELECT p.id AS item_id, c.id AS check_id, c.place_code, c.checked_on, p.agrees,
        nullif(p.verdict, '') AS verdict FROM fieldwork_checkitem p JOIN fieldwork_backcheck c ON c.id = p.check_of_id""",
}


def first_of(today: dt.date) -> dt.date:
    """The first day of the months that are reckoned anew."""
    return months_after(today.replace(day=1), -int(parameter("indicators.months_back", today)))


def given(today: dt.date, published: Days | None = None) -> dict[str, Value]:
    """The days that the counts are of; `published` is the span of days of which births or deaths were published."""
    start, end, middle = expecting.period(today.replace(day=1))
    since, until = published or (today, today)
    return {
        "today": today, "first": first_of(today), "start": start, "end": end, "middle": middle, "from": since, "until": until,
    }  # fmt: skip


def wanted(published: Days | None = None) -> list[Count]:
    """All counts; those by day where something was published that they are held against."""
    return [count for key, count in counts().items() if published or key != HAPPENED]


def here(some: Iterable[Count], days: Mapping[str, Value], *, inside: str = "") -> list[Counted]:
    """The counts in the register's database: one statement for all that are alike, which names no table that it does not read.

    `inside` is a prefix of place codes that events are looked up by.
    """
    connection = connections[Person.objects.db]
    dialect = DIALECTS[connection.vendor]
    found: list[Counted] = []
    with connection.cursor() as cursor:
        for members in alike(some):
            counting = Counting(members, dialect, days)
            tables = {name: _TABLES[name] for name in counting.tables()}
            values: list[str] = []
            if inside and "events" in tables:
                tables["events"] += " AND p.code >= %s AND p.code < %s"
                values = [inside, next_key(inside)]
            made = [*tables.items(), *((one.name, _literal(one.query)) for one in counting.preparing())]
            named = ", ".join(f"{name} AS ({query})" for name, query in made)
            for query in counting.queries():
                cursor.execute(f"WITH {named} {_literal(query.sql)}", values)
                found += query.read(cursor.fetchall())
    return found


def _literal(sql: str) -> str:
    """A statement that takes no values, as one that might."""
    return sql.replace("%", "%%")


def over_a_snapshot(
    some: Iterable[Count], days: Mapping[str, Value], today: dt.date, cluster: "Cluster | None", progress: Progress
) -> list[Counted]:
    """The counts over a sealed snapshot of the register: by DuckDB on this machine, or on a cluster.

    Identity numbers and telephones stay sealed. Raises ClusterRefused where the cluster is missing or breaks off.
    """
    from domicile.apps.snapshots.taking import snapshot  # large libraries: when a count needs them

    some = list(some)
    tables = Counting(some, DIALECTS["duckdb"], days).tables()
    # `people` come first, and tell how far the reading is.
    with snapshot(MACHINE, job="indicators", today=today, tables=tables, numbers=False, progress=progress) as taken:
        if cluster is None:
            from domicile.engines import indicators

            return indicators.count(some, days, taken.reader)
        from domicile.engines.spark import indicators as on_spark
        from domicile.engines.spark.session import connected

        with connected(cluster, job="indicators") as on:
            return on_spark.count(some, days, taken.reader, on=on)
