"""Rules that the people of a register must keep, checked as sets: one statement a rule, never a person at a time.

The messages name no person: whoever may see them opens the record by its id.
"""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef, Q, QuerySet

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding
from domicile.apps.people.models import HEAD, Document, Household, Member, Person, Spell, Visibility

CHUNK = 2000
FINDINGS = {
    "checksum": (
        "号码的校验码不符：请与证件核对。",
        "The check character of the number is wrong: compare it with the document.",
    ),
    "birth_date": (
        "号码中的出生日期与登记的不同：请与证件核对。",
        "The birth date inside the number differs from the one on file: compare both with the document.",
    ),
    "sex": (
        "号码中的性别与登记的不同：请与证件核对。",
        "The sex inside the number differs from the one on file: compare both with the document.",
    ),
}


def run(scope: str = "") -> Iterator[Finding]:
    """Every finding inside the scope (a code prefix of the place; '' for all), rule by rule."""
    yield from numbers_that_disagree(scope)
    yield from heads_missing(scope)
    yield from residences_without_registration(scope)
    yield from persons_nowhere(scope)
    yield from dead_who_live_somewhere(scope)
    yield from visible_nowhere(scope)


def numbers_that_disagree(scope: str) -> Iterator[Finding]:
    """Documents whose number does not agree with what stands beside it (PE-1)."""
    rows = Document.objects.exclude(finding="").filter(_of_scope(scope, "person_id")).order_by("id")
    for document in rows.iterator(chunk_size=CHUNK):
        for code in document.finding.replace(",", " ").split():
            zh, en = FINDINGS.get(code, (f"号码有误（{code}）。", f"The number is at fault ({code})."))
            yield Finding(f"number_{code}", "warning", scope, zh, en, document.person_id.hex)


def heads_missing(scope: str) -> Iterator[Finding]:
    """Family households with members and no head. That there is one at most, the database sees to itself.

    Of people registered together it is a warning: a sheet tells who is who where they live, and the head may be registered
    elsewhere.
    """
    present = Member.objects.filter(household=OuterRef("pk"), left_on__isnull=True)
    rows = (
        Household.objects.filter(
            prefix_q("dwelling__place_code", scope), kind=Household.Kind.FAMILY, ended_on__isnull=True
        )
        .filter(Exists(present), ~Exists(present.filter(relation=HEAD)))
        .order_by("id")
        .values_list("id", "dwelling__place_code", "side")
    )
    for household, place, side in rows.iterator(chunk_size=CHUNK):
        if side == Household.Side.REGISTERED:
            zh = "户籍在一起的这几人中谁是户主不详：看户口簿，再变更户主。"
            en = "Who heads these people registered together is not known: see their household register, then change the head."
            yield Finding("registered_head_unknown", "warning", place, zh, en, household.hex)
            continue
        yield Finding(
            "head_missing",
            "error",
            place,
            "这一户没有户主：请指定一名成员为户主。",
            "This household has no head: name one of its members.",
            household.hex,
        )


def residences_without_registration(scope: str) -> Iterator[Finding]:
    """Persons who live here and whose place of registration nobody has asked for."""
    rows = _living(scope).filter(
        Q(person__registration=Person.Registration.UNKNOWN)
        | Q(person__registration=Person.Registration.AREA, person__registered_code="", person__registered_text="")
    )
    for person, place in _pairs(rows):
        yield Finding(
            "registration_unknown",
            "warning",
            place,
            "户籍地不详：下次走访时询问。",
            "The place of registration is not known: ask at the next visit.",
            person,
        )


def persons_nowhere(scope: str) -> Iterator[Finding]:
    """Persons on file who neither live anywhere nor are registered in any area."""
    lives = Spell.objects.filter(person=OuterRef("pk"), end__isnull=True)
    rows = Person.objects.filter(_of_scope(scope, "pk"), ~Exists(lives), registered_code="", died_on__isnull=True)
    for person in rows.order_by("id").values_list("id", flat=True).iterator(chunk_size=CHUNK):
        yield Finding(
            "lives_nowhere",
            "warning",
            scope,
            "此人既没有居住地也没有户籍地：请核实是否仍在本地。",
            "This person has neither a residence nor a registration on file: find out whether they are still here.",
            person.hex,
        )


def dead_who_live_somewhere(scope: str) -> Iterator[Finding]:
    """Stays that go on after a death."""
    for person, place in _pairs(_living(scope).filter(person__died_on__isnull=False)):
        yield Finding(
            "stay_after_death",
            "error",
            place,
            "此人已死亡，但居住记录没有结束：请结束居住。",
            "This person has died and a stay goes on: end the stay.",
            person,
        )


def visible_nowhere(scope: str) -> Iterator[Finding]:
    """Stays whose area cannot see the person: a fault of the register itself."""
    seen = Visibility.objects.filter(person_id=OuterRef("person_id"), code=OuterRef("dwelling__place_code"))
    for person, place in _pairs(_living(scope).filter(~Exists(seen))):
        yield Finding(
            "not_visible",
            "error",
            place,
            "居住地的工作人员看不到此人：请报告系统管理员。",
            "The office at the residence cannot see this person: tell the administrator.",
            person,
        )


def _of_scope(scope: str, column: str) -> Q:
    if not scope:
        return Q()
    return Q(Exists(Visibility.objects.filter(prefix_q("code", scope), person_id=OuterRef(column))))


def _living(scope: str) -> QuerySet[Spell]:
    return Spell.objects.filter(prefix_q("dwelling__place_code", scope), end__isnull=True)


def _pairs(rows: QuerySet[Spell]) -> Iterator[tuple[str, str]]:
    """(person as 32 hex digits, place code), by person."""
    found = rows.order_by("person_id", "id").values_list("person_id", "dwelling__place_code")
    return ((person.hex, place) for person, place in found.iterator(chunk_size=CHUNK))
