"""How a proposed change reads: what is on file, and what it would become."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Case, When
from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.registry import Line
from domicile.apps.people import actions
from domicile.apps.people.items import ITEMS, NEW_REGISTRATIONS, Input, value_of
from domicile.apps.people.models import Household, Member, Person, Spell
from domicile.apps.people.selectors import words
from domicile.apps.places.models import Dwelling
from domicile.core.codes.identity import mask
from domicile.core.codes.lists import code_list
from domicile.core.codes.phones import mask_phone

#: So many members of a household are named; a collective household has thousands.
MOST_NAMED = 20
PARENT_KINDS = {"birth": _("by birth"), "adoption": _("by adoption"), "step": _("step-parent")}


def names_of(person_ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Names of persons by id. One query."""
    rows = Person.objects.filter(pk__in=set(person_ids)).values_list("pk", "name")
    return {pk: words.name(name) for pk, name in rows}


def describe_name(arguments: actions.CorrectName | actions.GiveName) -> list[Line]:
    person = Person.objects.get(pk=arguments.person_id)
    return [Line(_("Person's name"), person.name, arguments.name)]


def describe_end(arguments: actions.EndStay) -> list[Line]:
    spell = Spell.objects.select_related("dwelling", "person").get(pk=arguments.spell_id)
    until = str(_("until {day}")).format(day=arguments.end)
    name = words.name(spell.person.name)
    return [
        Line(_("Person"), name, name),
        Line(_("Lives at"), spell.dwelling.address, until),
        *_successor(arguments.new_head_id, name),
    ]


def describe_leaving(arguments: actions.LeaveHousehold) -> list[Line]:
    household = Household.objects.select_related("dwelling").get(pk=arguments.household_id)
    names = names_of(arguments.person_ids)
    until = str(_("until {day}")).format(day=arguments.end)
    return [
        *(Line(_("Person"), names.get(person, ""), until) for person in arguments.person_ids),
        Line(_("Lives at"), household.dwelling.address, ""),
        _members(household.pk, without=arguments.person_ids),
        *_successor(arguments.new_head_id, _head(household)),
    ]


def describe_death(arguments: actions.RecordDeath) -> list[Line]:
    person = Person.objects.get(pk=arguments.person_id)
    name = words.name(person.name)
    return [
        Line(_("Person"), name, name),
        Line(_("Died on"), "", arguments.died_on.isoformat()),
        *_successor(arguments.new_head_id, name),
    ]


def describe_member(arguments: actions.AddMember) -> list[Line]:
    household = Household.objects.select_related("dwelling").get(pk=arguments.household_id)
    home, since = household.dwelling.address, _since(arguments.since)
    if arguments.person_id is None:
        new = arguments.new_person()
        return [
            Line(_("Household at"), home, home),
            _members(household.pk, joins=words.name(new.name)),
            *_particulars(new),
            *since,
        ]
    person = Person.objects.get(pk=arguments.person_id)
    lived = Spell.objects.filter(person=person, end=None, kind=Spell.Kind.USUAL).select_related("dwelling").first()
    known = [
        (_("Person's name"), words.name(person.name)), (_("Sex"), words.sex(person.sex)),
        (_("Birth date"), words.birth(person)),
    ]  # fmt: skip
    return [
        *(Line(label, value, value) for label, value in known),
        Line(_("Lives at"), lived.dwelling.address if lived else "", home),
        _members(household.pk, joins=words.name(person.name)),
        _relation(arguments.relation),
        *since,
    ]


def describe_newborn(arguments: actions.AddNewborn) -> list[Line]:
    household = Household.objects.select_related("dwelling").get(pk=arguments.household_id)
    names, new = names_of(uuid.UUID(parent) for parent in arguments.parents), arguments.new_person()
    return [
        Line(_("Household at"), household.dwelling.address, household.dwelling.address),
        _members(household.pk, joins=words.name(new.name)),
        *_particulars(new),
        *(Line(_("Parent"), "", _parent(names, uuid.UUID(key), kind)) for key, kind in arguments.parents.items()),
    ]


def describe_household(arguments: actions.AddHousehold) -> list[Line]:
    dwelling = Dwelling.objects.get(pk=arguments.dwelling_id)
    live = Household.objects.filter(pk__in=living_at(dwelling.pk)).order_by("pk")
    heads = [_head(household) or str(_("no head")) for household in live]
    lines = [
        Line(_("Household at"), dwelling.address, dwelling.address),
        Line(_("Households living there"), words.listed(heads), words.listed([*heads, str(_("and this one"))])),
        Line(_("Kind of household"), "", words.coded("household_kind", arguments.kind)),
        *_since(arguments.since),
    ]
    for place, new in enumerate(arguments.people):
        lines += _new_person(new, actions.HEAD if place == 0 else new.relation)
    return lines


def describe_head(arguments: actions.ChangeHead) -> list[Line]:
    household = Household.objects.get(pk=arguments.household_id)
    return [
        *_successor(arguments.new_head_id, _head(household)),
        *_relations(arguments.relations),
    ]


def describe_regroup(arguments: actions.Regroup) -> list[Line]:
    household = Household.objects.select_related("dwelling").get(pk=arguments.household_id)
    to = Dwelling.objects.get(pk=arguments.dwelling_id)
    names = names_of(arguments.person_ids)
    lines = [Line(_("Person"), names.get(person, ""), names.get(person, "")) for person in arguments.person_ids]
    lines.append(Line(_("Lives at"), household.dwelling.address, to.address))
    if arguments.into_id is not None:
        into = Household.objects.get(pk=arguments.into_id)
        joined = str(_("household of {name}")).format(name=_head(into))
        lines.append(Line(_("Household"), _head(household), joined))
    elif arguments.head_id is not None:
        lines.append(Line(_("Head of the new household"), "", names_of([arguments.head_id]).get(arguments.head_id, "")))
    lines += _relations(arguments.relations)
    lines += _successor(arguments.new_head_id, _head(household))
    return [*lines, *_relations(arguments.left_relations), *_since(arguments.since)]


def describe_dwelling(arguments: actions.CorrectDwelling) -> list[Line]:
    household = Household.objects.select_related("dwelling").get(pk=arguments.household_id)
    to = Dwelling.objects.get(pk=arguments.dwelling_id)
    return [
        Line(_("Head of the household"), _head(household), ""),
        Line(_("Lives at"), household.dwelling.address, to.address),
    ]


def describe_parent(arguments: actions.SetParent) -> list[Line]:
    names = names_of([arguments.child_id, arguments.parent_id])
    parent = _parent(names, arguments.parent_id, arguments.kind)
    return [
        Line(_("Child"), names.get(arguments.child_id, ""), names.get(arguments.child_id, "")),
        Line(_("Parent"), parent if arguments.remove else "", "" if arguments.remove else parent),
    ]


def describe_correction(arguments: actions.Correct) -> list[Line]:
    """What stands there now and what would; numbers masked, remarks only as proposed."""
    item = ITEMS[arguments.item]
    person = Person.objects.get(pk=arguments.person_id)
    row: Any = person
    if item.rows is not None:
        row = item.rows._default_manager.get(pk=arguments.row_id) if arguments.row_id else None
    lines = [Line(_("Person"), words.name(person.name), words.name(person.name))]
    for one in item.inputs:
        before = "" if row is None or one.sealed else in_words(one, value_of(row, one.name))
        after = "" if arguments.remove else in_words(one, arguments.values.get(one.name, ""))
        if one.sealed:
            before = str(_("on file")) if row is not None else ""
            after = after and _masked(one, arguments.item, after)
        lines.append(Line(one.label, before, after))
    if arguments.remove:
        lines.append(Line(_("Remove"), "", str(_("taken off the record"))))
    return lines


def in_words(one: Input, value: str) -> str:
    """A value of an input in the reader's language."""
    if one.kind != "choice" or not value:
        return value
    if isinstance(one.codes, str):
        return words.coded(one.codes, value)
    return str(dict(one.codes).get(value, value))


def _masked(one: Input, item: str, value: str) -> str:
    if one.kind == "long":
        return value
    return mask_phone(value) if item == "phones" else mask(value)


def _new_person(new: actions.NewPerson, relation: str = "") -> list[Line]:
    """Somebody new in one line, among several."""
    facts = [
        words.name(new.name), words.sex(new.sex), str(new.birth_date or ""), mask(new.document_number),
        mask_phone(new.phone) if new.phone else "", _registered(new) if new.registered != "unknown" else "",
    ]  # fmt: skip
    code = relation or new.relation
    label: Any = code_list("relation").name(code, words.language()) if code else _("Person")
    return [Line(label, "", " · ".join(fact for fact in facts if fact))]


def _particulars(new: actions.NewPerson) -> list[Line]:
    """Somebody new, one line for each particular that was given; sex and birth date always."""
    document = words.coded("document_kind", new.document_kind)
    values = [
        (_("Relationship to the head"), words.coded("relation", new.relation)),
        (_("Document"), " ".join(filter(None, [document, mask(new.document_number)]))),
        (_("Phone"), mask_phone(new.phone) if new.phone else ""),
        (_("Household registration"), _registered(new)),
        (_("Reason for coming"), words.coded("inflow_reason", new.reason_code)),
    ]
    return [
        Line(_("Person's name"), "", words.name(new.name)),
        Line(_("Sex"), "", words.sex(new.sex) or _not_given(new)),
        Line(_("Birth date"), "", str(new.birth_date or _not_given(new))),
        *(Line(label, "", value) for label, value in values if value),
    ]


def _not_given(new: actions.NewPerson) -> str:
    return str(_("read from the number") if new.document_number else _("not given"))


def _registered(new: actions.NewPerson) -> str:
    told = str(NEW_REGISTRATIONS.get(new.registered, new.registered))
    return " ".join(filter(None, [told, new.registered_code, new.registered_text]))


def _members(household: uuid.UUID, *, joins: str = "", without: Collection[uuid.UUID] = ()) -> Line:
    """Who belongs to a household, the head first, and who would."""
    rows = list(_present(household).values_list("person_id", "person__name")[: MOST_NAMED + 1])
    more = ["…"] if len(rows) > MOST_NAMED else []
    names = [(person, words.name(name)) for person, name in rows[:MOST_NAMED]]
    after = [name for person, name in names if person not in without]
    return Line(
        _("Members of the household"),
        words.listed([*(name for _person, name in names), *more]),
        words.listed([*after, *more, *([joins] if joins else [])]),
    )


def members_of(household: uuid.UUID) -> list[uuid.UUID]:
    """Who is named as a member where a proposal adds to a household or takes from it."""
    return list(_present(household).values_list("person_id", flat=True)[:MOST_NAMED])


def _present(household: uuid.UUID) -> Any:
    rows = Member.objects.filter(household_id=household, left_on__isnull=True)
    return rows.annotate(heads=Case(When(relation=actions.HEAD, then=0), default=1)).order_by("heads", "pk")


def _parent(names: Mapping[uuid.UUID, str], parent_id: uuid.UUID, kind: str) -> str:
    return f"{names.get(parent_id, '')} ({PARENT_KINDS.get(kind, kind)})"


def _relation(code: str) -> Line:
    return Line(_("Relationship to the head"), "", words.coded("relation", code))


def _relations(relations: Mapping[str, str]) -> list[Line]:
    names = names_of(uuid.UUID(person) for person in relations)
    return [
        Line(_("Relationship to the head"), "", f"{names.get(uuid.UUID(person), '')}: {words.coded('relation', code)}")
        for person, code in relations.items()
    ]


def _since(day: Any) -> list[Line]:
    return [Line(_("Since"), "", str(day))] if day else []


def _head(household: Household) -> str:
    row = Member.objects.filter(household=household, left_on__isnull=True, relation=actions.HEAD).first()
    return words.name(row.person.name) if row else ""


def _successor(new_head_id: uuid.UUID | None, before: str) -> list[Line]:
    if new_head_id is None:
        return []
    return [Line(_("Head of the household"), before, names_of([new_head_id]).get(new_head_id, ""))]


def named(*ids: uuid.UUID | None, people: Collection[uuid.UUID] = ()) -> list[uuid.UUID]:
    """The persons among these."""
    return [one for one in (*ids, *people) if one is not None]


def heads_of(*households: uuid.UUID | None) -> list[uuid.UUID]:
    """Who heads these households: a proposal about them names them."""
    wanted = [one for one in households if one is not None]
    rows = Member.objects.filter(household_id__in=wanted, left_on__isnull=True, relation=actions.HEAD)
    return list(rows.values_list("person_id", flat=True))


def living_at(dwelling: uuid.UUID) -> list[uuid.UUID]:
    """The living households of a dwelling."""
    rows = Household.objects.filter(dwelling_id=dwelling, side=Household.Side.LIVING, ended_on=None)
    return list(rows.order_by("pk").values_list("pk", flat=True)[:MOST_NAMED])
