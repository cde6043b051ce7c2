"""The rule of tasks that asks at the door for papers of a birth that are still missing (VE-2, MO-5).

The birth is registered and complete without them: nothing follows for the child when the task lapses, and it goes no level up.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db.models import Exists, F, OuterRef, Value
from django.utils.translation import gettext_lazy as _

from domicile.apps.places.visits import walk_key
from domicile.apps.tasks import registry
from domicile.apps.tasks.models import Task
from domicile.apps.vitals.models import Kind, State, VitalEvent, VitalPaper

BIRTH_PAPERS = "birth_papers"


def _open() -> Any:
    missing = VitalPaper.objects.filter(event=OuterRef("pk"), seen_on=None)
    return VitalEvent.objects.filter(
        Exists(missing), kind=Kind.BIRTH, state=State.COUNTS, person__died_on=None, dwelling__in_use_to=None,
        dwelling__isnull=False,
    )  # fmt: skip


def papers_due(values: Mapping[str, Any], today: dt.date) -> Any:
    """Births whose papers are missing, once each."""
    return _open().values_list("pk", "code", "dwelling__building_id", walk_key("dwelling__"), Value("papers"))


def papers_settled(values: Mapping[str, Any], today: dt.date) -> Any:
    """The papers were shown, or nothing is to be asked any more."""
    return ~Exists(_open().filter(pk=OuterRef("subject_id")).annotate(own=F("pk")))


def register_all() -> None:
    """Called once at start-up."""
    registry.register(
        registry.Kind(
            BIRTH_PAPERS, _("Ask for papers of a birth that are missing"), {"vital": "vitals:event"},
            outcomes=(Task.Outcome.DONE,), raised=False,
        )
    )  # fmt: skip
    registry.register_source(
        registry.Source(
            BIRTH_PAPERS, BIRTH_PAPERS, "vital", _("Papers of births that are missing"), papers_due, papers_settled,
            place="code",
        )
    )  # fmt: skip
