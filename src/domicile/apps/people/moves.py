"""Who is visible where, and where people are registered, when the codes of areas or grids change."""

from collections.abc import Collection, Mapping

from django.db import connection
from django.db.models import Count

from domicile.apps.areas.recoding import AT_ONCE, TABLE, Recoding
from domicile.apps.people.models import Person, Visibility

# A person registered in an area on file is visible there, so that the others need not be read.
_REGISTERED = (
    f'"id" IN (SELECT v.person_id FROM people_visibility v JOIN {TABLE} r ON r.old = v.code WHERE r.is_code = 1)'  # noqa: S608
)
# Somebody visible to both codes for one reason stays visible once.
_TWICE = f"""
SELECT v.id FROM people_visibility v JOIN {TABLE} r ON r.old = v.code AND r.is_code = 1
JOIN people_visibility w ON w.person_id = v.person_id AND w.code = r.new AND w.why = v.why
"""  # noqa: S608


def move(recoding: Recoding) -> None:
    """Registrations first: they are found by the visibility that still stands under the old codes."""
    recoding.rewrite(Person, "registered_code", only=_REGISTERED)
    _once(recoding)
    recoding.rewrite(Visibility, "code")


def _once(recoding: Recoding) -> None:
    """Take out the rows that would stand there twice, and keep them in the change."""
    with connection.cursor() as cursor:
        cursor.execute(_TWICE)
        twice = [row[0] for row in cursor.fetchall()]
        if not twice:
            return
        rows = list(Visibility.objects.filter(pk__in=twice[:AT_ONCE]))
        for start in range(AT_ONCE, len(twice), AT_ONCE):
            rows += Visibility.objects.filter(pk__in=twice[start : start + AT_ONCE])
        cursor.execute(f"DELETE FROM people_visibility WHERE id IN ({_TWICE})")  # noqa: S608
    for row in rows:
        recoding.change.deleted(row)


def tally(codes: Collection[str]) -> Mapping[str, int]:
    """Persons who live, and who are registered, under the codes: each counted once. One query."""
    rows = Visibility.objects.filter(code__in=codes).values_list("why").annotate(count=Count("person", distinct=True))
    found = dict(rows.order_by())
    return {"residents": found.get("lives", 0), "registered": found.get("registered", 0), "lived": found.get("left", 0)}
