"""Who belongs on the lists of a clean-up, by what the register, its findings, pairs and outside lists say now.

Set by set: a fixed number of statements, however many people. Nothing is decided here about anybody.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import Q

from domicile.apps.areas.naming import Names
from domicile.apps.common.fields import prefix_q
from domicile.apps.common.months import months_after
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates.models import Pair
from domicile.apps.duplicates.policies import home_of
from domicile.apps.moves.flows import LEFT
from domicile.apps.moves.models import MovePerson, Side, Where
from domicile.apps.people.identity import stands_of
from domicile.apps.people.models import Document, Household, Member, Person, SamePerson, Spell, Visibility
from domicile.apps.quality.cleanup.lists import lists
from domicile.apps.quality.models import RuleFinding
from domicile.apps.sources.models import ListRow
from domicile.apps.sources.registry import sources
from domicile.apps.sources.selectors import current
from domicile.core.policy.parameters import parameter

#: Papers that people from abroad, Hong Kong, Macao and Taiwan hold (core/codes/identity).
PAPERS_FROM_ABROAD: Final = ("hk_macao_permit", "taiwan_permit", "hmt_residence", "foreign_pr", "passport")
CHINA: Final = "156"  # ISO 3166
COMMUNITY, COUNTY = 12, 6
#: In place of the code of a registration that is told in words which name no area on file.
IN_WORDS: Final = "in_words"
AREA, ABROAD = Person.Registration.AREA.value, Person.Registration.ABROAD.value
NOWHERE = Person.Registration.NOWHERE.value
AT_ONCE: Final = 5000
#: Members of households at a dwelling, or in a building, out of use.
OUT_OF_USE: Final = Q(household__dwelling__in_use_to__isnull=False) | Q(
    household__dwelling__building__in_use_to__isnull=False
)
_PERSON = ("registration", "registered_code", "registered_text", "birth_date", "nationality", "died_on")


@dataclass(slots=True)
class Found:
    """Somebody who belongs on a list, where it is worked off, and why (codes of lists.yaml, rules, sources)."""

    listed: str
    subject: uuid.UUID
    place_code: str
    person: uuid.UUID | None = None
    other: uuid.UUID | None = None
    why: list[str] = field(default_factory=list)


Lists = dict[tuple[str, uuid.UUID], Found]


def gather(scope: str, reference_on: dt.date, viewer: Viewer) -> Lists:
    """All who belong on a list inside `scope`, by list and subject. `viewer` is the machine: loads are asked for in its name."""
    found: Lists = {}
    homes = _residents(found, scope, reference_on)
    shells = _shells(found, scope)
    _registered(found, scope, homes, shells)
    _went_abroad(found, scope)
    _pairs(found, scope)
    _numbers(found, scope)
    _outside(found, scope, viewer)
    return found


def _add(found: Lists, listed: str, subject: uuid.UUID, place: str, why: str, **more: Any) -> None:
    known = found.get((listed, subject))
    if known is None:
        found[listed, subject] = Found(listed, subject, place, why=[why], **more)
    elif why not in known.why:
        known.why.append(why)


def _residents(found: Lists, scope: str, on: dt.date) -> dict[uuid.UUID, str]:
    """Who usually lives there: children and adults without registration, registered elsewhere, from abroad. Four queries.

    A registration in words that name an area on file counts as one there. Returns where everybody of the area lives, who came
    after the reference day too.
    """
    names = Names.load()
    child_from = months_after(on, -12 * int(parameter("cleanup.child_below_age", on)))
    strangers = with_papers_from_abroad()
    homes: dict[uuid.UUID, str] = {}
    rows = Spell.objects.filter(prefix_q("dwelling__place_code", scope), end=None, kind=Spell.Kind.USUAL)
    columns = ("person_id", "dwelling__place_code", "start", *(f"person__{name}" for name in _PERSON))
    for who, place, start, *card in rows.values_list(*columns).iterator(chunk_size=AT_ONCE):
        homes[who] = place
        registration, code, text, born, nationality, died_on = card
        if died_on is not None or (start is not None and start > on):
            continue
        if why := from_abroad(who, registration, nationality, strangers):
            _add(found, "abroad", who, place, why, person=who)
            continue
        if registration == AREA and text and not code:  # as the sheets of dwellings tell what lies elsewhere
            code = names.one(text) or IN_WORDS
        if told := _where(registration, code, place, born is not None and born > child_from):
            _add(found, told[0], who, place, told[1], person=who)
    return homes


def from_abroad(who: uuid.UUID, registration: str, nationality: str, strangers: Collection[uuid.UUID]) -> str:
    """Why a resident stands on the list of those from abroad, by a code of lists.yaml; '' for who does not."""
    if nationality not in ("", CHINA):
        return "nationality"
    if registration == ABROAD:
        return "registered_abroad"
    return "paper" if who in strangers and registration != AREA else ""


def _where(registration: str, code: str, place: str, child: bool) -> tuple[str, str] | None:
    """The list that a resident belongs on by their registration, and why; None for who is registered in the community."""
    if registration == NOWHERE:
        return ("children" if child else "papers"), "nowhere"
    if code == IN_WORDS:
        return "elsewhere", IN_WORDS
    if registration != AREA or not code:
        return ("children" if child else "present"), "unknown"
    if place.startswith(known_part(code)):
        return None if place[:COMMUNITY] == code[:COMMUNITY] else ("present", "rough")
    return ("present", "county") if code[:COUNTY] == place[:COUNTY] else ("elsewhere", "beyond")


def known_part(code: str) -> str:
    """As much of a code of an area or place as says something: 770101000000 is 770101."""
    return code[:COMMUNITY].rstrip("0") if code[:COMMUNITY].endswith("000") else code[:COMMUNITY]


def with_papers_from_abroad() -> set[uuid.UUID]:
    """Who holds such a paper, by the id that stands. Two queries."""
    rows = Document.objects.filter(kind__in=PAPERS_FROM_ABROAD)
    held = set(rows.values_list("person_id", flat=True))
    same = SamePerson.objects.filter(person__documents__kind__in=PAPERS_FROM_ABROAD)
    return held | set(same.values_list("stands_id", flat=True))


def _shells(found: Lists, scope: str) -> set[uuid.UUID]:
    """Registered at a dwelling out of use. One query, another where somebody is."""
    rows = Member.objects.filter(
        OUT_OF_USE, prefix_q("household__dwelling__place_code", scope), side=Household.Side.REGISTERED, left_on=None,
        household__ended_on=None, person__died_on=None,
    ).values_list("person_id", "household__dwelling__place_code")  # fmt: skip
    held = list(rows)
    stands = stands_of([who for who, _place in held]) if held else {}
    for who, place in held:
        _add(found, "shell", stands[who], place, "gone_dwelling", person=stands[who])
    return {stands[who] for who, _place in held}


def _registered(found: Lists, scope: str, homes: Mapping[uuid.UUID, str], shells: Collection[uuid.UUID]) -> None:
    """Registered there, and dead, or without a usual residence in the community. One query, another for who lives outside."""
    rows = Visibility.objects.filter(prefix_q("code", scope), why=Visibility.Why.REGISTERED)
    away: dict[uuid.UUID, str] = {}
    for who, code, died_on in rows.values_list("person_id", "code", "person__died_on").iterator(chunk_size=AT_ONCE):
        place = code.ljust(15, "0")
        if died_on is not None:
            _add(found, "cancel", who, place, "dead", person=who)
        elif who not in shells and homes.get(who, "")[:COMMUNITY] != code[:COMMUNITY] and len(code) >= COMMUNITY:
            away[who] = place
    outside = Visibility.objects.filter(why=Visibility.Why.LIVES, person__in=rows.values("person"))
    elsewhere = set(outside.exclude(prefix_q("code", scope)).values_list("person_id", flat=True))
    for who, place in away.items():
        _add(found, "absent", who, place, "away" if who in homes or who in elsewhere else "nowhere_seen", person=who)


def _went_abroad(found: Lists, scope: str) -> None:
    """Registered there, and the move that they declared goes abroad. One query."""
    rows = MovePerson.objects.filter(
        prefix_q("person__visibility__code", scope), person__visibility__why=Visibility.Why.REGISTERED,
        person__died_on=None, move__ends__side=Side.ORIGIN, move__ends__to_where=Where.ABROAD, move__state__in=LEFT,
    )  # fmt: skip
    for who, code in rows.values_list("person_id", "person__visibility__code"):
        _add(found, "cancel", who, code.ljust(15, "0"), "moved_abroad", person=who)


def _pairs(found: Lists, scope: str) -> None:
    """Pairs of records that wait for people, one of whom counts in the area. Two queries."""
    waiting = Pair.objects.filter(state=Pair.State.OPEN)
    codes: dict[uuid.UUID, list[tuple[str, str]]] = {}
    sides = Q(person__in=waiting.values("left")) | Q(person__in=waiting.values("right"))
    for who, code, why in Visibility.objects.filter(sides).values_list("person_id", "code", "why"):
        codes.setdefault(who, []).append((code, why))
    for key, left, right in waiting.values_list("pk", "left", "right").iterator(chunk_size=AT_ONCE):
        for one, another in ((left, right), (right, left)):
            home = home_of(codes.get(one, []))
            if home and home.startswith(scope):
                _add(found, "double", key, home.ljust(15, "0"), "pair", person=one, other=another)
                break


def _numbers(found: Lists, scope: str) -> None:
    """Findings of the rules about numbers that nobody has dealt with. One query."""
    rows = RuleFinding.objects.filter(
        prefix_q("place_code", scope), state=RuleFinding.State.OPEN, rule__in=lists()["number"].rules, person__isnull=False
    )  # fmt: skip
    for who, place, rule in rows.values_list("person_id", "place_code", "rule").order_by("rule"):
        _add(found, "number", who, place.ljust(15, "0"), rule, person=who)


def _outside(found: Lists, scope: str, viewer: Viewer) -> None:
    """Rows of the lists compared last whom the register does not know, and deaths of people who stand as alive. Two queries."""
    about = {one.key: one.about for one in sources()}
    loads = {load.pk: load.source for load in current(viewer)}
    if not loads:
        return
    for row in _rows_that_wait(scope, loads):
        kind, why = about.get(loads[row.load_id], ""), loads[row.load_id]
        if kind == "deaths":
            if row.person:
                _add(found, "cancel", row.person, row.place_code, why, person=row.person)
        elif kind == "births":
            _add(found, "children", row.pk, row.place_code, why)
        elif kind in {"children", "registered"}:
            _add(found, "omitted", row.pk, row.place_code, why)


def _rows_that_wait(scope: str, loads: Iterable[uuid.UUID]) -> Iterator[ListRow]:
    rows = ListRow.objects.filter(
        prefix_q("place_code", scope), load__in=list(loads), outcome="", pile=ListRow.Pile.THERE
    )
    return rows.only("pk", "load_id", "person", "place_code").iterator(chunk_size=AT_ONCE)
