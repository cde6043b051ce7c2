"""Two records side by side: every field of both, whether it agrees, what the search made of it, and what a merge would do."""

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from domicile.apps.access.log import record_look
from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.viewer import Viewer
from domicile.apps.duplicates import words
from domicile.apps.duplicates.models import Pair
from domicile.apps.duplicates.policies import MERGE, may_decide, offices_of
from domicile.apps.duplicates.selectors.foreseen import Consequences, consequences
from domicile.apps.duplicates.selectors.listed import Line, lines, pairs
from domicile.apps.duplicates.selectors.weighed import Bar, weighed
from domicile.apps.people.identity.linking import must_stand
from domicile.apps.people.models import Member, Person
from domicile.apps.people.selectors import words as people_words
from domicile.apps.people.selectors.opening import opener
from domicile.apps.people.selectors.person_card import PersonCard, build_person_card
from domicile.core.linkage import explaining

#: What a comparison of the search says about which field.
SAID_OF = {"name": "name", "sex": "sex", "birth": "birth", "number": "number", "phone": "phone"}
VERDICTS: dict[str, str | Promise] = {
    "same": pgettext_lazy("two records", "agrees"),
    "alike": pgettext_lazy("two records", "much alike"),
    "differs": pgettext_lazy("two records", "differs"),
    "one": gettext_lazy("on one side only"),
    "": "",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of both records; `verdict` is a key of VERDICTS."""

    label: str
    left: list[str]
    right: list[str]
    verdict: str
    said: str

    @property
    def told(self) -> str:
        """The verdict in words."""
        return str(VERDICTS[self.verdict])


@dataclass(frozen=True, slots=True)
class Compared:
    """All that the page shows. Of a record outside the viewer's areas (`partial`) only that there is one, and where."""

    pair: Pair
    line: Line
    decides: str
    mine: bool
    partial: bool
    cards: tuple[PersonCard, ...] = ()
    fields: tuple[Field, ...] = ()
    bars: tuple[Bar, ...] = ()
    chance: str = ""
    forced: uuid.UUID | None = None
    choices: tuple[Consequences, ...] = ()
    next_id: uuid.UUID | None = None


def compared(viewer: Viewer, pair_id: uuid.UUID, *, today: dt.date) -> Compared:
    """The pair, after the look is recorded. Raises NotAllowed, and OutOfReach where neither record may be seen."""
    viewer.require(MERGE)
    held = Pair.objects.filter(pk=pair_id).values_list("state", flat=True).first()
    row: Any = pairs(viewer, held).filter(pk=pair_id).first() if held else None
    if row is None:
        raise OutOfReach()
    line = lines(viewer, [row])[0]
    office = offices_of([(row.left_stands, row.right_stands)])[0]
    # In the order of the list, so that none is met twice.
    after = Q(bits__lt=row.bits) | Q(bits=row.bits, pk__gt=pair_id)
    following = pairs(viewer).filter(after).values_list("pk", flat=True).first()
    mine = may_decide(viewer, office)
    if not (row.left_seen and row.right_seen):
        seen = row.left_stands if row.left_seen else row.right_stands
        record_look(viewer, question="duplicate_pair", persons=[seen])
        return Compared(row, line, words.office(office), mine, True, next_id=following)
    ids = [row.left_stands, row.right_stands]
    people = Person.objects.in_bulk(ids)
    cards = tuple(build_person_card(viewer, people[one], opener(*people[one].ids), today=today) for one in ids)
    mates = _households([people[one] for one in ids])
    shown = {*ids, *(one.id for card in cards for one in card.relatives if one.id), *(pk for _at, pk, _n in mates)}
    record_look(viewer, question="duplicate_pair", persons=sorted(shown))
    evidence = words.evidence(row)
    forced = must_stand(*ids) if row.state == Pair.State.OPEN else None
    choices = (
        tuple(consequences(viewer, one, other, today) for one, other in (ids, ids[::-1]) if forced in (None, one))
        if mine and row.state == Pair.State.OPEN
        else ()
    )
    return Compared(
        row, line, words.office(office), mine, False, cards, tuple(_fields(cards, people, mates, evidence)),
        weighed(row), words.chance(row), forced, choices, following,
    )  # fmt: skip


Mate = tuple[uuid.UUID, uuid.UUID, str]


def _households(people: Sequence[Person]) -> list[Mate]:
    """Who shares a household with either now: (whose, who, name). One query."""
    own = {pk: person.pk for person in people for pk in person.ids}
    rows = Member.objects.filter(left_on=None, household__members__person__in=own, household__members__left_on=None)
    rows = rows.exclude(person__in=own).order_by("household_id", "relation", "id").distinct()
    found = rows.annotate(whose=F("household__members__person_id")).values_list("whose", "person_id", "person__name")
    return [(own[whose], pk, people_words.name(name)) for whose, pk, name in found if whose in own]


def _fields(
    cards: Sequence[PersonCard], people: dict[uuid.UUID, Person], mates: Sequence[Mate],
    evidence: dict[str, tuple[str, float]],
) -> Iterator[Field]:  # fmt: skip
    def of(label: str, value, said: str = "") -> Field | None:  # type: ignore[no-untyped-def]
        left, right = ([one for one in value(card) if one] for card in cards)
        if not left and not right:
            return None
        verdict, told = _verdict(left, right, evidence.get(SAID_OF.get(said, "")), said)
        return Field(label, left, right, verdict, told)

    asked = (
        of(pgettext("person", "Name"), lambda card: [card.name], "name"),
        of(_("Former names"), lambda card: [one.name for one in card.former_names]),
        of(_("Sex"), lambda card: [card.sex], "sex"),
        of(_("Birth date"), lambda card: [card.born], "birth"),
        of(_("Documents"), lambda card: [f"{one.kind} {one.number}" for one in card.documents], "number"),
        of(_("Phones"), lambda card: [one.number for one in card.phones], "phone"),
        of(_("Registered at"), lambda card: [card.registered]),
        of(_("Lives at"), lambda card: [one.address or one.area for one in card.stays if one.is_open]),
        of(_("Lived at"), lambda card: [_stay(one) for one in card.stays if not one.is_open]),
        of(
            _("In the household with"),
            lambda card: list(dict.fromkeys(name for at, _pk, name in mates if at == card.person.pk)),
        ),
        of(_("Parents and children"), lambda card: [f"{one.label} {one.name}" for one in card.relatives]),
        of(_("Education"), lambda card: [card.education]),
        of(_("Marital status"), lambda card: [card.marital]),
        of(_("Died on"), lambda card: [str(card.person.died_on or "")]),
        of(
            _("Last checked"),
            lambda card: [str(max((one.verified_on for one in card.stays if one.verified_on), default=""))],
        ),
    )
    return (field for field in asked if field is not None)


def _stay(stay) -> str:  # type: ignore[no-untyped-def]
    place = stay.address or stay.area
    return people_words.span(place, str(stay.start or ""), str(stay.end or ""))


def _verdict(left: list[str], right: list[str], held: tuple[str, float] | None, name: str) -> tuple[str, str]:
    """Whether a field agrees, and what the search says of it in words."""
    if not left or not right:
        return "one", ""
    if held is not None and held[0] not in ("silent", ""):
        level, bits = held
        said = explaining.level_words(name, level, words.language())
        if level == "equal" or set(left) == set(right):
            return "same", said
        strength = explaining.strength(bits)
        return ("alike" if strength in {"for", "strong_for"} else "differs"), said
    if set(left) == set(right):
        return "same", ""
    return ("alike" if set(left) & set(right) else "differs"), ""
