"""What areas and moves are called in lists."""

import uuid
from collections.abc import Collection, Iterable, Sequence

from django.utils.translation import gettext as _

from domicile.apps.access.scopes import restrict
from domicile.apps.areas.models import Area
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.viewer import Viewer
from domicile.apps.moves import words
from domicile.apps.moves.models import Move, MoveEnd, MovePerson
from domicile.apps.peers import directory
from domicile.apps.people.selectors import words as people_words
from domicile.apps.tasks.naming import Named
from domicile.core.moves import significant

COMMUNITY = 12


def area_names(viewer: Viewer, ends: Iterable[MoveEnd]) -> dict[str, str]:
    """Names of the places that ends are and speak of; outside the viewer's areas the community, not the grid.

    Places of another register go by its name and their code. One query, and a second one where there are such.
    """
    codes = {code for end in ends for code in (end.code, end.to_code) if code}
    near = {code: code if viewer.covers(code) else code[:COMMUNITY] for code in codes}
    steps = trails(near.values())
    named = {code: in_one(steps.get(short, [])) for code, short in near.items()}
    linked = directory.linked_areas() if not all(named.values()) else []
    return {code: name or _of_register(near[code], linked) for code, name in named.items()}


def _of_register(code: str, linked: Sequence[tuple[str, str]]) -> str:
    """A place that no area on file is: the register that answers for it, and its code as far as it says something."""
    digits = significant(code)
    name = next((name for prefix, name in linked if code.startswith(prefix)), "")
    return f"{name}（{digits}）" if name and digits not in {prefix for prefix, _name in linked} else name or digits


def move_names(viewer: Viewer, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Named]:
    """Moves inside the viewer's areas by who moves. Two queries."""
    inside = restrict(MoveEnd.objects.filter(move_id__in=ids), viewer, "code").values("move_id")
    states = dict(Move.objects.filter(pk__in=inside).values_list("pk", "state"))
    if not viewer.may("view_person"):
        return {pk: Named(words.state(state)) for pk, state in states.items()}
    people: dict[uuid.UUID, list[tuple[uuid.UUID, str]]] = {pk: [] for pk in states}
    for pk, person, name in (
        MovePerson.objects.filter(move_id__in=states).order_by("pk").values_list("move_id", "person_id", "person__name")
    ):
        people[pk].append((person, people_words.name(name)))
    return {
        pk: Named(people_words.listed(name for _person, name in rows), tuple(person for person, _name in rows))
        for pk, rows in people.items()
    }


def destinations() -> list[tuple[str, str]]:
    """Communities of this register that somebody can move to, as (code, township and name), and linked registers.

    Two queries.
    """
    rows = Area.objects.filter(valid_to__isnull=True, level__gte=Area.Level.COUNTY).order_by("code")
    named = {code: (name, level) for code, name, level in rows.values_list("code", "name", "level")}
    found = []
    for code, (name, level) in named.items():
        above = [named[part][0] for part in (f"{code[:6]}000000", f"{code[:9]}000") if part in named and part != code]
        if level == Area.Level.VILLAGE:
            found.append((code, " ".join([*above, name])))
        elif level == Area.Level.TOWNSHIP:
            found.append((code, " ".join([*above, name, _("(community not known)")])))
    return found + [
        (prefix.ljust(COMMUNITY, "0"), _("{register} (another register, {code})").format(register=name, code=prefix))
        for prefix, name in directory.linked_areas()
    ]
