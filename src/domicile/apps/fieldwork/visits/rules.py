"""Rules of tasks that follow from visits, and rounds: who is visited again, which building is seen when (FO-2, FO-3)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Replace
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.models import Result
from domicile.apps.fieldwork.visits.models import Visit
from domicile.apps.places.models import Building, Dwelling
from domicile.apps.places.visits import CHECK, PAGES, after_visit, walk_key
from domicile.apps.tasks import registry
from domicile.apps.tasks.models import Task

REVISIT, ASK, PATROL, VERIFY = "revisit", "ask_after_refusal", "patrol", "verify"
RULES = ("revisit", "revisit_checked", "ask_after_refusal", "patrol_round", "verification_asked")
OUTCOME = Visit.Outcome
ROUND = OUTCOME.PATROLLED
DAY = dt.timedelta(days=1)
ROUNDS = ("month", "fortnight", "week")
AT_DOOR = frozenset({registry.VISIT, registry.RENTAL})


def round_of(every: str, day: dt.date) -> tuple[dt.date, str]:
    """The first day of the round (month, fortnight, week) that holds a day, and what it is called: 2026-11, 2026-W47.

    Weeks begin on Monday; fortnights are counted from the Monday of 1 January of year 1. Raises ValueError.
    """
    if every == "month":
        return day.replace(day=1), f"{day:%Y-%m}"
    if every not in ROUNDS:
        raise ValueError(f"a round is one of {', '.join(ROUNDS)}, not {every}")
    monday = day - day.weekday() * DAY
    if every == "fortnight" and (monday.toordinal() - 1) // 7 % 2:
        monday -= 7 * DAY
    year, week, _day = monday.isocalendar()
    return monday, f"{year}-W{week:02}"


def latest() -> "QuerySet[Visit]":
    """Visits of dwellings in use after which nobody went there again."""
    later = Visit.objects.filter(dwelling=OuterRef("dwelling")).filter(
        Q(visited_on__gt=OuterRef("visited_on")) | Q(visited_on=OuterRef("visited_on"), pk__gt=OuterRef("pk"))
    )
    return Visit.objects.filter(~Exists(later), dwelling__in_use_to=None, dwelling__isnull=False)


def _planned() -> Exists:
    kinds = registry.answered_by({registry.VISIT})
    return Exists(Task.objects.filter(subject_id=OuterRef("dwelling"), kind__in=kinds, state=Task.State.OPEN))


def _key() -> Replace:
    """The key of the row, written the same way by both engines."""
    return Replace(Cast("pk", CharField()), Value("-"), Value(""))


def _of_visits(rows: "QuerySet[Visit]") -> Any:
    return rows.values_list("dwelling_id", "place_code", "dwelling__building_id", walk_key("dwelling__"), _key())


def revisits_due(values: Mapping[str, Any], today: dt.date) -> Any:
    """Dwellings where nobody was at home at the last visit, and none is planned."""
    since = today - values["within"] * DAY
    rows = latest().filter(~_planned(), outcome=OUTCOME.NOT_AT_HOME, visited_on__gte=since, visited_on__lt=today)
    return _of_visits(rows)


def checked_due(values: Mapping[str, Any], today: dt.date) -> Any:
    """Dwellings in use whose address was checked after a visit did not find them."""
    here = Dwelling.objects.filter(
        ~Exists(Visit.objects.filter(dwelling=OuterRef("pk"), outcome=OUTCOME.MET, visited_on__gte=_checked_on(values, today))),
        ~Exists(
            Task.objects.filter(
                subject_id=OuterRef("pk"), kind__in=registry.answered_by({registry.VISIT}), state=Task.State.OPEN
            )
        ),
        pk=OuterRef("subject_id"), in_use_to=None,
    )  # fmt: skip
    rows = Task.objects.filter(
        Exists(here), kind=CHECK, subject_kind="dwelling", outcome=Task.Outcome.DONE,
        closed_on__gte=_checked_on(values, today),
    )  # fmt: skip
    return rows.values_list("subject_id", "place_code", "stop_id", "walk", _key())


def _checked_on(values: Mapping[str, Any], today: dt.date) -> dt.date:
    return today - int(values["within"]) * DAY


def refused_due(values: Mapping[str, Any], today: dt.date) -> Any:
    """Dwellings whose last visit was refused so long ago, once in that time."""
    begin, end = today - values["before"] * DAY, today - values["after"] * DAY
    twice = Visit.objects.filter(dwelling=OuterRef("dwelling"), outcome=OUTCOME.REFUSED, visited_on__gte=begin).exclude(
        pk=OuterRef("pk")
    )
    rows = latest().filter(
        ~_planned(), ~Exists(twice), outcome=OUTCOME.REFUSED, visited_on__gte=begin, visited_on__lte=end
    )
    return _of_visits(rows)


def returned_due(values: Mapping[str, Any], today: dt.date) -> Any:
    """Dwellings from which something was sent that the review returned."""
    since = timezone.make_aware(dt.datetime.combine(today - values["within"] * DAY, dt.time()))
    back = Result.objects.filter(
        submission=OuterRef("submission_id"),
        proposal__state=Proposal.State.RETURNED,
        proposal__decided_at__gte=since,
    )
    return _of_visits(Visit.objects.filter(Exists(back), dwelling__in_use_to=None, dwelling__isnull=False))


def patrols_due(values: Mapping[str, Any], today: dt.date) -> Any:
    """Buildings in use that nobody has seen in this round."""
    since, name = round_of(values["every"], today)
    seen = Visit.objects.filter(building=OuterRef("pk"), outcome=ROUND, visited_on__gte=since)
    rows = Building.objects.filter(~Exists(seen), in_use_to=None)
    return rows.values_list("pk", "place_code", F("pk"), "key", Value(name))


def gone(values: Mapping[str, Any], today: dt.date) -> Any:
    """The dwelling is gone. The visit that was returned may be of this very day: only another one answers the task."""
    return ~Exists(Dwelling.objects.filter(pk=OuterRef("subject_id"), in_use_to=None))


def visited_since(values: Mapping[str, Any], today: dt.date) -> Any:
    """The dwelling is gone, or somebody was met there since the task was made."""
    still = Dwelling.objects.filter(pk=OuterRef("subject_id"), in_use_to=None)
    return ~Exists(still) | Exists(
        Visit.objects.filter(
            dwelling=OuterRef("subject_id"), outcome=OUTCOME.MET, visited_on__gte=OuterRef("opened_on")
        )
    )


def patrolled_since(values: Mapping[str, Any], today: dt.date) -> Any:
    """The building is gone, or was seen since the task was made."""
    still = Building.objects.filter(pk=OuterRef("subject_id"), in_use_to=None)
    return ~Exists(still) | Exists(
        Visit.objects.filter(building=OuterRef("subject_id"), outcome=ROUND, visited_on__gte=OuterRef("opened_on"))
    )


def seen(key: Any, since: dt.date) -> Exists:
    """Whether somebody was met at a dwelling since a day."""
    return Exists(Visit.objects.filter(dwelling=key, outcome=OUTCOME.MET, visited_on__gte=since))


def register_all() -> None:
    """Called once at start-up."""
    door = {"dwelling": PAGES["dwelling"]}
    done = (Task.Outcome.DONE,)
    for kind in (
        registry.Kind(REVISIT, _("Visit again"), door, by_hand=True, after=after_visit, answered_by=AT_DOOR),
        registry.Kind(
            ASK, _("Ask once more whether a visit suits"), door, after=after_visit, answered_by=AT_DOOR, raised=False
        ),
        registry.Kind(VERIFY, _("Verify at the door"), door, by_hand=True, after=after_visit, answered_by=AT_DOOR),
        registry.Kind(
            PATROL, _("Round of a building"), {"building": PAGES["building"]}, done, by_hand=True,
            answered_by=frozenset({registry.ROUND}),
        ),
    ):  # fmt: skip
        registry.register(kind)
    registry.register_seen("dwelling", seen)
    for rule, kind_name, subject, label, due, settled in (
        ("revisit", REVISIT, "dwelling", _("Again where nobody was at home"), revisits_due, visited_since),
        ("revisit_checked", REVISIT, "dwelling", _("Again after the address was checked"), checked_due, visited_since),
        ("ask_after_refusal", ASK, "dwelling", _("Once more after a refused visit"), refused_due, visited_since),
        ("patrol_round", PATROL, "building", _("Rounds of buildings"), patrols_due, patrolled_since),
        ("verification_asked", VERIFY, "dwelling", _("Verification of what was returned"), returned_due, gone),
    ):
        registry.register_source(registry.Source(rule, kind_name, subject, label, due, settled))
