"""What events and the rows that follow from them must agree on: one statement a rule. No finding leads to a sanction (P-1)."""

from collections.abc import Iterator

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from domicile.apps.common.fields import prefix_q
from domicile.apps.common.findings import Finding
from domicile.apps.people.models import Member, Spell
from domicile.apps.vitals.models import Kind, Role, State, VitalEvent, VitalNamed, VitalQuestion

CHUNK = 2000


def run(scope: str = "") -> Iterator[Finding]:
    """Every finding inside the scope (a code prefix of where the event was registered; '' for all), rule by rule."""
    for rule in (
        dead_who_live, birth_dates_that_differ, deaths_that_differ, unions_of_the_dead, parents_younger, twice_married,
        questions_overdue,
    ):  # fmt: skip
        yield from rule(scope)


def dead_who_live(scope: str) -> Iterator[Finding]:
    """A death that counts, and a stay or a membership that goes on."""
    stay = Spell.objects.filter(person_id=OuterRef("person_id"), end__isnull=True)
    member = Member.objects.filter(person_id=OuterRef("person_id"), left_on__isnull=True)
    yield from _each(
        _events(scope, Kind.DEATH).filter(Exists(stay) | Exists(member)), "dead_who_lives", "error",
        "已登记死亡，居住或家庭成员记录却没有结束：请打开死亡登记更正。",
        "A death is registered, and a stay or a membership goes on: open the registration and correct it.",
    )  # fmt: skip


def birth_dates_that_differ(scope: str) -> Iterator[Finding]:
    """A birth whose day is not the birth date on file."""
    yield from _each(
        _events(scope, Kind.BIRTH).exclude(day=F("person__birth_date")), "birth_date_differs", "warning",
        "出生登记的日期与人员的出生日期不同：请核对后更正其中一处。",
        "The day of the birth is not the birth date on file: compare, and correct one of them.",
    )  # fmt: skip


def deaths_that_differ(scope: str) -> Iterator[Finding]:
    """A death whose day is not the one on file."""
    rows = _events(scope, Kind.DEATH).filter(Q(person__died_on__isnull=True) | ~Q(person__died_on=F("day")))
    yield from _each(
        rows, "death_differs", "error",
        "死亡登记的日期与人员卡上的死亡日期不同：请核对后更正。",
        "The day of the death is not the one on the card: compare, and correct it.",
    )  # fmt: skip


def unions_of_the_dead(scope: str) -> Iterator[Finding]:
    """A marriage, divorce or adoption of somebody after their death."""
    late = Q(person__died_on__lt=F("day")) | Q(named__person__died_on__lt=F("day"))
    rows = _events(scope, Kind.MARRIAGE, Kind.DIVORCE, Kind.ADOPTION).filter(late).distinct()
    yield from _each(
        rows, "union_of_the_dead", "error",
        "登记的日期晚于其中一人的死亡日期：请核对后更正或作废。",
        "The day lies after the death of one of them: compare, and correct or annul it.",
    )  # fmt: skip


def parents_younger(scope: str) -> Iterator[Finding]:
    """A birth of which a parent named is not older than the child."""
    rows = _events(scope, Kind.BIRTH).filter(named__person__birth_date__gte=F("day")).distinct()
    yield from _each(
        rows, "parent_not_older", "warning",
        "出生登记中的父亲或母亲年龄不大于孩子：请核对。",
        "A parent named is not older than the child: compare.",
    )  # fmt: skip


def twice_married(scope: str) -> Iterator[Finding]:
    """Two marriages of one person that count, without a divorce or a death between them."""
    spouse = VitalNamed.objects.filter(_goes_on("event__"), event=OuterRef("pk"), role=Role.SPOUSE)
    rows = _events(scope, Kind.MARRIAGE).filter(_goes_on() | Exists(spouse))
    yield from _each(
        rows, "twice_married", "warning",
        "同一人有两次婚姻登记，其间没有离婚或丧偶登记：请核对。",
        "Two marriages of one person without an end of the first between them: compare.",
    )  # fmt: skip


def _goes_on(event: str = "") -> Exists:
    """Another marriage of the same person, from before this one, that had not ended by its day: for either of the two.

    `event`: the way from whoever is asked about to this one.
    """
    this = {name: OuterRef(f"{event}{name}") for name in ("day", "registered_at")}
    ended = VitalEvent.objects.filter(
        _partner(OuterRef(OuterRef("person_id"))), _after(OuterRef("day"), OuterRef("registered_at")),
        kind__in=[Kind.DIVORCE, Kind.DEATH], state=State.COUNTS, day__lte=OuterRef(this["day"]),
    )  # fmt: skip
    before = Q(day__lt=this["day"]) | Q(day=this["day"], registered_at__lt=this["registered_at"])
    return Exists(
        VitalEvent.objects.filter(
            _partner(OuterRef("person_id")), before, ~Exists(ended), kind=Kind.MARRIAGE, state=State.COUNTS
        )
    )


def _partner(person: OuterRef) -> Q:
    return Q(person_id=person) | Q(named__person_id=person, named__role=Role.SPOUSE)


def _after(day: OuterRef, at: OuterRef) -> Q:
    """In the order of selectors.unions.marriage_of."""
    return Q(day__gt=day) | Q(day=day, registered_at__gt=at)


def questions_overdue(scope: str) -> Iterator[Finding]:
    """Questions to a place of registration without an answer in time: told to whoever asks, with no effect on the child."""
    rows = VitalQuestion.objects.filter(
        prefix_q("event__code", scope), answer="", due_on__lt=timezone.localdate(), event__state=State.COUNTS
    ).order_by("pk")
    for key, place in rows.values_list("event_id", "event__code").iterator(chunk_size=CHUNK):
        yield Finding(
            "question_overdue", "warning", place,
            "户籍地逾期未答复：请催问。孩子的登记不受影响。",
            "The place of registration has not answered in time: ask again. The child's registration stands.", key.hex,
        )  # fmt: skip


def _events(scope: str, *kinds: str) -> "QuerySet[VitalEvent]":
    return VitalEvent.objects.filter(prefix_q("code", scope), kind__in=kinds, state=State.COUNTS)


def _each(rows: "QuerySet[VitalEvent]", code: str, severity: str, zh: str, en: str) -> Iterator[Finding]:
    for key, place in rows.order_by("pk").values_list("pk", "code").iterator(chunk_size=CHUNK):
        yield Finding(code, severity, place, zh, en, key.hex)  # type: ignore[arg-type]
