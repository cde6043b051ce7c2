"""Rules of tasks about dwellings and rentals: a visit is due, a contract ends (PL-6)."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.models import Spell
from domicile.apps.places.models import Dwelling
from domicile.apps.places.visits import VISIT, walk_key
from domicile.apps.tasks import registry
from domicile.apps.tasks.models import Task
from domicile.apps.tenure.models import Rental

CONTRACT = "contract_ends"
#: What a wrong address has to do with a rental is told at its dwelling.
OUTCOMES = (Task.Outcome.DONE, Task.Outcome.NOT_AT_HOME, Task.Outcome.REFUSED)


def period(months: int, today: dt.date) -> dt.date:
    """The first day of the stretch of so many months, counted from January of year 1, that holds a day."""
    count = today.year * 12 + today.month - 1
    first = count - count % months
    return dt.date(first // 12, first % 12 + 1, 1)


def visits_due(values: Mapping[str, Any], today: dt.date) -> Any:
    """Dwellings in use whose people, rental or door nobody has verified in this stretch of months."""
    since = period(values["months"], today)
    visits = Task.objects.filter(subject_id=OuterRef("pk"), kind=VISIT)
    rows = Dwelling.objects.filter(  # each condition for itself: PostgreSQL joins them, an OR of them it would not
        ~Exists(Spell.objects.filter(dwelling=OuterRef("pk"), end=None, verified_on__gte=since)),
        ~Exists(Rental.objects.filter(dwelling=OuterRef("pk"), ended_on=None, last_visit__gte=since)),
        ~Exists(visits.filter(Q(state=Task.State.OPEN) | Q(outcome=Task.Outcome.DONE, closed_on__gte=since))),
        ~registry.seen_since("dwelling", OuterRef("pk"), since),
        in_use_to=None,
        use__in=values["uses"],
    )
    return rows.values_list("pk", "place_code", "building_id", walk_key(), Value(f"{since:%Y-%m}"))


def visit_settled(values: Mapping[str, Any], today: dt.date) -> Any:
    """The dwelling is used otherwise or gone, or was verified since the task was made."""
    here, opened = OuterRef("subject_id"), OuterRef("opened_on")
    still = Dwelling.objects.filter(pk=here, in_use_to=None, use__in=values["uses"])
    seen = Spell.objects.filter(dwelling=here, end=None, verified_on__gte=opened)
    visited = Rental.objects.filter(dwelling=here, ended_on=None, last_visit__gte=opened)
    return ~Exists(still) | Exists(seen) | Exists(visited)


def contracts_ending(values: Mapping[str, Any], today: dt.date) -> Any:
    """Rentals that go on and whose contract ends within the days ahead, or has ended."""
    horizon = today + dt.timedelta(days=values["ahead"])
    rows = Rental.objects.filter(ended_on=None, contract_end__lte=horizon, dwelling__in_use_to=None)
    day = Cast("contract_end", CharField())
    return rows.values_list("pk", "dwelling__place_code", "dwelling__building_id", walk_key("dwelling__"), day)


def contract_settled(values: Mapping[str, Any], today: dt.date) -> Any:
    """The rental was ended, or its contract has another end by now."""
    rows = Rental.objects.filter(pk=OuterRef("subject_id"), ended_on=None).annotate(
        day=Cast("contract_end", CharField())
    )
    return ~Exists(rows.filter(day=OuterRef("occurrence")))


def register_all() -> None:
    """Called once at start-up."""
    registry.register(
        registry.Kind(
            CONTRACT, _("Contract ends: ask whether the rental goes on"), {"rental": "tenure:rental"}, OUTCOMES,
            answered_by=frozenset({registry.RENTAL}),
        )
    )  # fmt: skip
    registry.register_source(
        registry.Source(
            "visit_due", VISIT, "dwelling", _("Visits of let and vacant dwellings"), visits_due, visit_settled
        )
    )
    registry.register_source(
        registry.Source(
            "contract_ends", CONTRACT, "rental", _("Contracts of rentals that end"), contracts_ending, contract_settled,
            place="dwelling__place_code",
        )
    )  # fmt: skip
