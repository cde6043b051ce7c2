"""Whether changes that are proposed at the door could be made: many at once in a few queries, by the rules of the actions.

What is seldom or hard (parents, rows that are corrected, relations that are set) is left to a rehearsal.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.utils import timezone

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.collect.drafts import REFUSALS, UNSURE, Draft, Verdict
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import actions
from domicile.apps.people.actions import corrections, documents, households, names, persons, residence, stays
from domicile.apps.people.identity.reading import STANDING
from domicile.apps.people.items import ITEMS
from domicile.apps.people.models import HEAD, Document, Household, Member, Person, Spell, Visibility
from domicile.apps.people.scope import codes_of, home_among
from domicile.apps.places.models import Dwelling
from domicile.apps.vault.keyring import blind

#: Corrections of the person's own row, which nothing else hangs on, and phones, which are added.
PLAIN = frozenset({"education", "marital", "sex", "birth_date", "phones"})
Rows = dict[uuid.UUID, Any]


class Rehearse(Exception):
    """This is left to a rehearsal."""


def _verdict(judge: Callable[[Draft], None], draft: Draft) -> Verdict:
    try:
        judge(draft)
    except Rehearse:
        return UNSURE
    except REFUSALS as refusal:
        return refusal
    return None


def _members(households_: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Member]]:
    """The present members of each household, with their persons' names and birth dates."""
    found: dict[uuid.UUID, list[Member]] = defaultdict(list)
    rows = Member.objects.filter(household__in=households_, left_on=None).select_related("person")
    for member in rows.only("household", "relation", "person__name", "person__birth_date") if households_ else ():
        found[member.household_id].append(member)
    return found


def _homes(keys: Sequence[uuid.UUID]) -> Rows:
    """Households with their dwellings."""
    return Household.objects.select_related("dwelling").in_bulk(keys) if keys else {}


def _home(rows: Rows, actor: Viewer, key: uuid.UUID) -> Household:
    found: Household | None = rows.get(key)
    if found is None or not actor.covers(found.dwelling.place_code):
        raise OutOfReach
    return found


# --- who came


def judge_arrivals(drafts: Sequence[Draft]) -> list[Verdict]:
    """Households that are formed and members that are added. At most seven queries."""
    formed = [draft.arguments for draft in drafts if isinstance(draft.arguments, actions.AddHousehold)]
    joined = [draft.arguments for draft in drafts if isinstance(draft.arguments, actions.AddMember)]
    doors = Dwelling.objects.filter(pk__in={one.dwelling_id for one in formed}) if formed else Dwelling.objects.none()
    dwellings = {key: (place, to) for key, place, to in doors.values_list("pk", "place_code", "in_use_to")}
    heads = _heads(list(dwellings)) if dwellings else set()
    today = timezone.localdate()
    homes = _homes(list({one.household_id for one in joined}))
    members = _members(list(homes))
    people = [new for one in formed for new in one.people] + [one.new_person() for one in joined]
    held = _holders(people)

    def judge(draft: Draft) -> None:
        arguments = draft.arguments
        if isinstance(arguments, actions.AddHousehold):
            _forms(draft.actor, dwellings.get(arguments.dwelling_id), arguments, heads, held, today)
        else:
            home = _home(homes, draft.actor, arguments.household_id)
            _joins(draft.actor, home, members[home.pk], arguments, held, today)

    return [_verdict(judge, draft) for draft in drafts]


def _heads(dwellings: Sequence[uuid.UUID]) -> set[tuple[Any, ...]]:
    """Dwelling, name and birth date of the heads of living households there."""
    rows = Member.objects.filter(
        household__dwelling__in=dwellings, side=Household.Side.LIVING, left_on=None, relation=HEAD
    )
    return set(rows.values_list("household__dwelling_id", "person__name", "person__birth_date"))


def _holders(people: Sequence[persons.NewPerson]) -> dict[bytes, list[str]]:
    """The place codes in which somebody is seen who holds a document with one of these numbers, by its blind index."""
    blinds = {key for new in people if (key := _blind(new))}
    found: dict[bytes, list[str]] = defaultdict(list)
    if not blinds:
        return found
    holders = [
        (bytes(key), stands or who)
        for key, who, stands in Document.objects.filter(blind__in=blinds).values_list("blind", *STANDING)
    ]
    codes: dict[uuid.UUID, list[str]] = defaultdict(list)
    seen = (
        Visibility.objects.filter(person__in={who for _key, who in holders}) if holders else Visibility.objects.none()
    )
    for who, code in seen.values_list("person_id", "code"):
        codes[who].append(code)
    for key, who in holders:
        found[key] += codes[who]
    return found


def _blind(new: persons.NewPerson) -> bytes:
    """The blind index of the number, b'' where there is none or none that can be read."""
    if not new.document_number.strip():
        return b""
    try:
        document, _sound = documents.read_document(new.document_kind, new.document_number)
    except Refused:
        return b""
    return blind("document", document.canonical)


def _forms(
    actor: Viewer, dwelling: tuple[str, dt.date | None] | None, arguments: actions.AddHousehold,
    heads: set[tuple[Any, ...]], held: dict[bytes, list[str]], today: dt.date,
) -> None:  # fmt: skip
    """As households.add_household, at a dwelling with this place code, in use until this day."""
    if dwelling is None or not actor.covers(dwelling[0]):
        raise OutOfReach
    households.check_forms(dwelling[1], arguments)
    head = arguments.people[0]
    if head.name.strip() and (arguments.dwelling_id, head.name.strip(), head.birth_date) in heads:
        raise households.household_on_file()
    there: set[tuple[Any, ...]] = set()
    numbers: set[bytes] = set()
    for place, new in enumerate(arguments.people):
        try:
            if place:
                households.relation_of_member(new.relation)
            _settles(actor, new, there, held, numbers, today)
        except Refused as refusal:
            raise households.of_person(place, refusal) from refusal


def _joins(
    actor: Viewer,
    home: Household,
    members: Sequence[Member],
    arguments: actions.AddMember,
    held: dict[bytes, list[str]],
    today: dt.date,
) -> None:
    """As households.add_member."""
    headed = any(member.relation == HEAD for member in members)
    households.check_joins(home, arguments.relation, arguments.reason_code, headed=headed)
    if arguments.person_id is not None:
        raise Rehearse
    there = {(member.person.name, member.person.birth_date) for member in members}
    _settles(actor, arguments.new_person(), there, held, set(), today)


def _settles(
    actor: Viewer,
    new: persons.NewPerson,
    there: set[tuple[Any, ...]],
    held: dict[bytes, list[str]],
    numbers: set[bytes],
    today: dt.date,
) -> None:
    """As households.settle_new; `there` (names and birth dates) and `numbers` grow by this person's."""
    name, _sex, born = persons.particulars(new, today)
    if new.parents or _too_long(new):
        raise Rehearse
    if new.document_number.strip():
        document, _sound = documents.read_document(new.document_kind, new.document_number)
        key = blind("document", document.canonical)
        if key in numbers or any(actor.covers(code) for code in held.get(key, ())):
            raise persons.number_on_file()
        numbers.add(key)
    if new.phone.strip():
        documents.read_phone(new.phone)
    if name and (name, born) in there:
        raise persons.twice_in_household()
    there.add((name, born))
    residence.check_reason(new.reason_code)


def _too_long(new: persons.NewPerson) -> bool:
    """Whether the database would not take it; the rehearsal tells how that ends."""
    return len(new.registered_text) > _LONGEST_TEXT or len(new.registered_code) > _LONGEST_CODE


_LONGEST_TEXT = Person._meta.get_field("registered_text").max_length or 0
_LONGEST_CODE = Person._meta.get_field("registered_code").max_length or 0


# --- who left


def judge_leaving(drafts: Sequence[Draft]) -> list[Verdict]:
    """Members who left their household, and stays that ended. At most five queries."""
    left = [draft.arguments for draft in drafts if isinstance(draft.arguments, actions.LeaveHousehold)]
    ended = [draft.arguments.spell_id for draft in drafts if isinstance(draft.arguments, actions.EndStay)]
    homes = _homes(list({one.household_id for one in left}))
    spells = Spell.objects.select_related("dwelling").in_bulk(ended) if ended else {}
    own = _own_households(list(spells.values()))
    members = _members([*homes, *set(own.values())])
    open_there = _open_stays({person for one in left for person in one.person_ids})

    def judge(draft: Draft) -> None:
        arguments = draft.arguments
        if arguments.relations:
            raise Rehearse
        if isinstance(arguments, actions.LeaveHousehold):
            home = _home(homes, draft.actor, arguments.household_id)
            _leave(home, members[home.pk], arguments, open_there)
        else:
            spell = spells.get(arguments.spell_id)
            if spell is None or not draft.actor.covers(spell.dwelling.place_code):
                raise OutOfReach([] if spell is None else [spell.person_id])
            residence.check_end(spell, arguments.end)
            home_id = own.get((spell.person_id, spell.dwelling_id))
            present = members[home_id] if home_id is not None else []
            _succeeds(present, [one for one in present if one.person_id == spell.person_id], arguments.new_head_id)

    return [_verdict(judge, draft) for draft in drafts]


def _leave(
    home: Household, present: Sequence[Member], arguments: actions.LeaveHousehold,
    open_there: dict[tuple[uuid.UUID, uuid.UUID], list[Spell]],
) -> None:  # fmt: skip
    """As stays.leave_household."""
    stays.check_living(home)
    leaving = residence.those_of(present, arguments.person_ids)
    for member in leaving:
        for spell in open_there.get((member.person_id, home.dwelling_id), ()):
            residence.check_end(spell, arguments.end)
    _succeeds(present, leaving, arguments.new_head_id)


def _succeeds(present: Sequence[Member], leaving: Sequence[Member], new_head_id: uuid.UUID | None) -> None:
    """As residence.leave."""
    gone = {member.pk for member in leaving}
    others = [member for member in present if member.pk not in gone]
    if others and any(member.relation == HEAD for member in leaving):
        residence.successor(others, new_head_id)


def _own_households(spells: Sequence[Spell]) -> dict[tuple[uuid.UUID, uuid.UUID], uuid.UUID]:
    """Person and dwelling → the living household there that the person belongs to."""
    if not spells:
        return {}
    rows = Member.objects.filter(
        person__in={one.person_id for one in spells}, left_on=None, side=Household.Side.LIVING,
        household__dwelling__in={one.dwelling_id for one in spells},
    ).values_list("person_id", "household__dwelling_id", "household_id")  # fmt: skip
    return {(person, dwelling): household for person, dwelling, household in rows}


def _open_stays(people: set[uuid.UUID]) -> dict[tuple[uuid.UUID, uuid.UUID], list[Spell]]:
    found: dict[tuple[uuid.UUID, uuid.UUID], list[Spell]] = defaultdict(list)
    for spell in Spell.objects.filter(person__in=people, end=None) if people else ():
        found[spell.person_id, spell.dwelling_id].append(spell)
    return found


# --- what is wrong on file


def judge_corrections(drafts: Sequence[Draft]) -> list[Verdict]:
    """Names and plain items. Two queries."""
    wanted = {draft.arguments.person_id for draft in drafts}
    people, seen = Person.objects.in_bulk(wanted), codes_of(wanted)

    def judge(draft: Draft) -> None:
        arguments, codes = draft.arguments, seen.get(draft.arguments.person_id, [])
        if isinstance(arguments, actions.CorrectName):
            names.check_why(draft.reason, draft.evidence)
        elif not _is_plain(draft):
            raise Rehearse
        person = people.get(arguments.person_id)
        if person is None or not any(draft.actor.covers(code) for code, _why in codes):
            raise OutOfReach([arguments.person_id])
        if isinstance(arguments, actions.CorrectName):
            names.other_name(person, arguments.name)
        if not home_among(draft.actor, codes):
            raise OutOfReach([arguments.person_id])
        if isinstance(arguments, actions.Correct):
            _corrects(person, draft)

    return [_verdict(judge, draft) for draft in drafts]


def _is_plain(draft: Draft) -> bool:
    it = draft.arguments
    alone = it.row_id is None and not it.remove
    return alone and it.item in PLAIN and draft.action == ITEMS[it.item].action


def _corrects(person: Person, draft: Draft) -> None:
    """As corrections.correct."""
    item = ITEMS[draft.arguments.item]
    corrections.check_paper(item, draft.evidence)
    values = corrections.checked_values(item, draft.arguments)
    if item.rows is not None:
        corrections.new_phone(values)
        return
    if item.key == "birth_date":
        corrections.check_birth(person, values)
    if all(getattr(person, name) == value for name, value in values.items()):
        raise corrections.nothing_new()
