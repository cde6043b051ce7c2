"""Reading lists and their rows, scoped. Every read of who stands on one is on record."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict, scope_q
from domicile.apps.areas.selectors import in_one, trails
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates.selectors.weighed import Bar, bars
from domicile.apps.duplicates.words import language
from domicile.apps.people.models import Visibility
from domicile.apps.people.selectors import words as people_words
from domicile.apps.people.selectors.lines import PersonLine, person_lines
from domicile.apps.sources import policies, rules, sides, words
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.sources.registry import Source, source, sources
from domicile.core.linkage import explaining

Pile = ListRow.Pile
PAGE = 25
#: Lists of one source that are remembered on its page.
HISTORY = 24
VIEW = "view_person"


@dataclass(frozen=True)
class Overview:
    """A source: the list of it that was compared last, rows of it that wait, and whether another is due."""

    source: Source
    last: Load | None
    waiting: int
    under_way: Load | None
    due: bool


def loads(viewer: Viewer) -> "QuerySet[Load]":
    """Lists that touch the viewer's areas, newest first."""
    touched = Q(pk__in=[])
    for scope in viewer.scopes:
        touched |= Q(scope__startswith=scope) | Q(scope__in=[scope[:length] for length in range(2, len(scope) + 1)])
    return Load.objects.filter(touched).order_by("-loaded_at", "-id")


def load_in_reach(viewer: Viewer, pk: uuid.UUID) -> Load:
    """One list. Raises OutOfReach when it is absent or touches none of the viewer's areas."""
    load = Load.objects.filter(pk=pk).first()
    if load is None:
        raise OutOfReach
    policies.check_may_see(viewer, load)
    return load


def current(viewer: Viewer) -> list[Load]:
    """Of each source and area the list that was compared last."""
    found: dict[tuple[str, str], Load] = {}
    for load in loads(viewer).filter(state=Load.State.READY):
        found.setdefault((load.source, load.scope), load)
    return list(found.values())


def overview(viewer: Viewer, today: dt.date) -> list[Overview]:
    """Every source, as it stands for the viewer's areas. A fixed number of queries."""
    ready = current(viewer)
    rows = restrict(waiting_rows().filter(load__in=[load.pk for load in ready]), viewer, "place_code")
    counts = dict(rows.order_by().values_list("load__source").annotate(n=Count("pk")))
    busy = [Load.State.READ, Load.State.ASKED, Load.State.COMPARING]
    open_ones = {load.source: load for load in loads(viewer).filter(state__in=busy).reverse()}
    since = months_after(today, -rules.number("compare_months", today))
    found = []
    for one in sources():
        last = next((load for load in ready if load.source == one.key), None)
        due = last is None or last.compared_at is None or last.compared_at.date() < since
        found.append(Overview(one, last, counts.get(one.key, 0), open_ones.get(one.key), due))
    return found


def waiting_rows() -> "QuerySet[ListRow]":
    """Rows about which nothing was decided yet."""
    return ListRow.objects.filter(outcome="").exclude(pile=Pile.AGREE)


def counts(viewer: Viewer, load: Load) -> dict[str, tuple[int, int]]:
    """By pile all rows inside the viewer's areas, and those that wait. One query."""
    rows = restrict(ListRow.objects.filter(load=load), viewer, "place_code").order_by()
    found = dict.fromkeys(words.PILES, (0, 0))
    listed = rows.values_list("pile").annotate(all=Count("pk"), open=Count("pk", filter=Q(outcome="")))
    return found | {pile: (all_, 0 if pile == Pile.AGREE else open_) for pile, all_, open_ in listed}


def pile_rows(viewer: Viewer, load: Load, pile: str, *, only_open: bool) -> "QuerySet[ListRow]":
    """The rows of a pile inside the viewer's areas, by place."""
    rows = restrict(ListRow.objects.filter(load=load, pile=pile), viewer, "place_code")
    return (rows.filter(outcome="") if only_open else rows).order_by("place_code", "pk")


@dataclass(frozen=True)
class RowLine:
    """One row as a list shows it."""

    row: ListRow
    name: str
    born: str
    sex: str
    note: str
    where: str
    outcome: str


def row_lines(viewer: Viewer, load: Load, rows: Sequence[ListRow]) -> list[RowLine]:
    """Rows of one list with the names of whom they are about; the look is on record. A fixed number of queries."""
    from domicile.apps.sources.register import names_of  # with large libraries

    kind = source(load.source)
    told = sides.said(rows)
    people = {row.person for row in rows if row.person}
    on_file = names_of(people) if viewer.may(VIEW) else {}
    places = trails({row.place_code for row in rows}, from_level=5)
    record_look(viewer, question="list_pile", persons=people)
    return [_line(kind, row, told.get(row.pk, {}), on_file, in_one(places.get(row.place_code, []))) for row in rows]


def _line(
    kind: Source, row: ListRow, said: Mapping[str, str], on_file: Mapping[uuid.UUID, Sequence[object]], where: str
) -> RowLine:
    name, sex, born = said.get("name", ""), said.get("sex", ""), said.get("birth_date", "") or said.get("day", "")
    held = on_file.get(row.person) if row.person else None
    if held is not None and not said:
        name, sex, born = str(held[0]), str(held[1]), str(held[2] or "")
    label = people_words.name(name)
    if said.get("other_name"):
        label = f"{label} · {kind.label('other_name', get_language() or 'zh')} {said['other_name']}"
    note = words.fields(kind, row.differs) if row.sure else str(words.step(row.step))
    return RowLine(row, label, born, people_words.sex(sex), note, where, str(words.OUTCOMES.get(row.outcome, "")))


@dataclass(frozen=True)
class Maybe:
    """Somebody who may be meant; where the scores found them, how likely in words, and what it is made of."""

    line: PersonLine
    chance: str = ""
    bars: tuple[Bar, ...] = ()


@dataclass(frozen=True)
class Case:
    """A row with both sides: (label, on the list, in the register, whether they differ), who may be meant, who stands near."""

    row: ListRow
    source: Source
    lines: list[tuple[str, str, str, bool]]
    maybe: list[Maybe]
    near: list[tuple[str, PersonLine]]
    person: PersonLine | None
    dwelling: uuid.UUID | None
    where: str


def case(viewer: Viewer, pk: uuid.UUID, today: dt.date) -> Case:
    """One row; the look is on record. Raises OutOfReach."""
    row = ListRow.objects.select_related("load").filter(pk=pk, load__state=Load.State.READY).first()
    if row is None or not viewer.covers(row.place_code):
        raise OutOfReach([row.person] if row is not None and row.person else [])
    kind = source(row.load.source)
    said, held = sides.said([row])[row.pk], sides.on_file(kind, row) if row.person or row.event else {}
    if row.pile == Pile.AGREE:
        said = held
    wanted = [row.person] if row.person else []
    wanted += [uuid.UUID(one["person"]) for one in row.candidates if one.get("person")]
    seen = visible(viewer, wanted)
    people = person_lines(viewer, seen, today=today)
    record_look(viewer, question="list_row", persons=seen)
    why = {uuid.UUID(one["person"]): one["why"] for one in row.candidates if one.get("person")}
    told = {uuid.UUID(one["person"]): one for one in row.candidates if one.get("person")}
    asked = [
        who for who in wanted if who in people and (why.get(who) == "maybe" or (who == row.person and not row.sure))
    ]
    maybe = [_maybe(people[who], told.get(who, {})) for who in asked]
    near = [
        (str(words.WHY[why[who]]), line) for who, line in people.items() if why.get(who) in {"mother", "spouse", "not"}
    ]
    return Case(
        row, kind, _lines(viewer, kind, said, held), maybe, near, people.get(row.person) if row.person else None,
        sides.dwelling_of(row), in_one(trails({row.place_code}, from_level=4).get(row.place_code, [])),
    )  # fmt: skip


def _maybe(line: PersonLine, told: Mapping[str, Any]) -> Maybe:
    """Somebody who may be meant, with the score where there is one."""
    if "bits" not in told:
        return Maybe(line)
    evidence = {name: (str(level), float(bits)) for name, (level, bits) in told["evidence"].items()}
    chance = explaining.chance(told["bits"], language())
    return Maybe(line, chance, bars(evidence, told["prior"], chance, _("Anybody on the list and anybody on file")))


def _lines(
    viewer: Viewer, kind: Source, said: Mapping[str, str], held: Mapping[str, str]
) -> list[tuple[str, str, str, bool]]:  # fmt: skip
    differ = set(sides.differences(kind, said, held))
    # A number is shown in full only where it has to be compared.
    full = differ if viewer.may("view_number_full") else set()
    one, other = words.facts(kind, said, full), words.facts(kind, held, full)
    language = get_language() or "zh"
    return [
        (kind.label(field, language), one.get(field, ""), other.get(field, ""), field in differ)
        for field in kind.layout.by_name
        if one.get(field) or other.get(field)
    ]


def visible(viewer: Viewer, persons: Sequence[uuid.UUID]) -> list[uuid.UUID]:
    """Those whom the viewer's areas know, in their order. One query."""
    inside = scope_q(viewer, "code")
    if inside is None or not persons or not viewer.may(VIEW):
        return []
    known = set(Visibility.objects.filter(inside, person_id__in=persons).values_list("person_id", flat=True))
    return [who for who in dict.fromkeys(persons) if who in known]


def following(viewer: Viewer, row: ListRow) -> ListRow | None:
    """The next row of the same pile that waits."""
    rows = pile_rows(viewer, row.load, row.pile, only_open=True).exclude(pk=row.pk)
    after = rows.filter(Q(place_code__gt=row.place_code) | Q(place_code=row.place_code, pk__gt=row.pk)).first()
    return after or rows.first()
