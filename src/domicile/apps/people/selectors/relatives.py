"""The parents and children of a person, as far as the viewer may see them."""

import uuid
from dataclasses import dataclass

from django.db import connections
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Parentage, Person
from domicile.apps.people.selectors import words
from domicile.apps.people.selectors.finding import visible_sql

KINDS = {
    ("parent", "birth"): _("parent"),
    ("parent", "adoption"): _("adoptive parent"),
    ("parent", "step"): _("step-parent"),
    ("child", "birth"): _("child"),
    ("child", "adoption"): _("adopted child"),
    ("child", "step"): _("stepchild"),
}


@dataclass(frozen=True, slots=True)
class Relative:
    """A parent or a child. Outside the viewer's areas neither id nor name is told, only that there is one."""

    id: uuid.UUID | None
    name: str
    side: str
    kind: str
    label: str


def relatives(viewer: Viewer, person: Person) -> list[Relative]:
    """Parents first, then children. One query, as text: it stands on the card of every person."""
    if not viewer.ranges():
        return []
    connection, key = connections[Parentage.objects.db], Person._meta.pk
    own = [key.get_db_prep_value(one, connection) for one in person.ids]
    visible, scope_values = visible_sql(viewer, "p.id")
    marks = ", ".join(["%s"] * len(own))
    # A relative with several ids is the one who stands; UNION leaves one line of ties that say the same of two ids.
    parts = [
        f"SELECT '{side}' AS side, t.kind, p.id, p.name, p.birth_date, {visible} AS seen "  # noqa: S608
        f"FROM people_parentage t LEFT JOIN people_sameperson s ON s.person_id = t.{side}_id "
        f"JOIN people_person p ON p.id = COALESCE(s.stands_id, t.{side}_id) WHERE t.{other}_id IN ({marks})"
        for side, other in (("parent", "child"), ("child", "parent"))
    ]
    sql = f"SELECT side, kind, id, name, seen FROM ({' UNION '.join(parts)}) ties ORDER BY side DESC, birth_date, id"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, [*scope_values, *own, *scope_values, *own])
        found = cursor.fetchall()
    return [
        Relative(
            key.to_python(pk) if seen else None,
            words.name(name) if seen else str(_("outside your area")),
            side,
            kind,
            str(KINDS[side, kind]),
        )
        for side, kind, pk, name, seen in found
    ]
