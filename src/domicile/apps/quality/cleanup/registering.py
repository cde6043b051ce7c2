"""What clean-ups bring to the apps below: their kind of task, words for the logs, codes that move, the daily work."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.areas import registry as areas
from domicile.apps.areas.recoding import Recoding
from domicile.apps.areas.registry import Moved
from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer
from domicile.apps.people import errands
from domicile.apps.people import registry as cards
from domicile.apps.quality.cleanup import actions, jobs, making, retention, selectors
from domicile.apps.quality.cleanup.kind import KIND
from domicile.apps.quality.cleanup.models import CleanupCase, CleanupRound, CleanupSignOff
from domicile.apps.quality.cleanup.registers import REGISTERS
from domicile.apps.quality.cleanup.sections import changes_of_person
from domicile.apps.screens import registry as ledgers
from domicile.apps.tasks import registry as tasks

TOLD = {
    actions.BEGIN: _("registration clean-up begun"),
    actions.CLOSE: _("registration clean-up closed"),
    actions.REOPEN: _("registration clean-up opened again"),
    actions.SAY: _("said how a case of the clean-up came out"),
    actions.TAKE_BACK: _("word about a case of the clean-up taken back"),
    actions.ADD: _("put on a list of the clean-up by hand"),
    actions.SIGN: _("community of a clean-up signed off"),
    actions.UNSIGN: _("sign-off of a clean-up taken back"),
    making.MAKE: _("lists of a clean-up made"),
    jobs.ASK: _("lists of a clean-up asked for"),
    retention.ERASE: _("cases of clean-ups erased, their time being over"),
}
HELD = {
    "quality_cleanupround": _("registration clean-ups"),
    "quality_cleanupcase": _("cases of clean-ups"),
    "quality_cleanupsignoff": _("sign-offs of clean-ups"),
    "cleanup": _("cases of clean-ups"),  # what the proof of a change of areas counts
}
LOOKS = {
    "cleanup_case": _("a case of a clean-up"),
    "cleanup_door": _("cases of a clean-up at a door"),
    "cleanup_sheet": _("a check sheet of a clean-up"),
}


def move(recoding: Recoding) -> None:
    """Rounds, cases and sign-offs follow their areas to new codes."""
    recoding.rewrite(CleanupRound, "scope", rights=True)
    recoding.rewrite(CleanupCase, "place_code")
    recoding.rewrite(CleanupSignOff, "area", rights=True)


def tally(codes: Any) -> Mapping[str, int]:
    """Cases under the codes. One query."""
    return {"cleanup": CleanupCase.objects.filter(place_code__in=codes).count()}


def follow(moved: Sequence[Moved], change: Recorder) -> None:
    """Cases of who lives in buildings that go to another grid go along: one statement for each pair of grids."""
    groups: dict[tuple[str, str], list[uuid.UUID]] = {}
    for row in moved:
        groups.setdefault((row.old, row.new), []).append(row.id)
    for (old, new), buildings in groups.items():
        living = {"person__spells__dwelling__building__in": buildings, "person__spells__end": None}
        keys = CleanupCase.objects.filter(**living, place_code=old).values("pk")
        CleanupCase.objects.filter(pk__in=keys).update(place_code=new)


def start(viewer: Viewer, key: uuid.UUID) -> Mapping[str, Any]:
    """What a form of a card begins with when somebody comes from a case."""
    return {
        "reason": _now("Registration clean-up: {name}").format(name=selectors.case_in_reach(viewer, key).round.name)
    }


def ended(viewer: Viewer, key: uuid.UUID, waiting: bool) -> str:
    """Back to the case, of which something can be said now."""
    return reverse("cleanup:case", args=[key])


def register_all() -> None:
    """Called once at start-up."""
    for known, added in ((ACTIONS, TOLD), (TABLES, HELD), (QUESTIONS, LOOKS)):
        for name, label in added.items():
            known.setdefault(name, label)
    for key, register in REGISTERS.items():
        QUESTIONS.setdefault(f"ledger_{register.name}", _("a register of a clean-up"))
        QUESTIONS.setdefault(f"download_{register.name}", _("download of a register of a clean-up"))
        ledgers.register(f"cleanup:register_{key}", register, _("Registration clean-up"))
    tasks.register(
        tasks.Kind(
            KIND, _("Registration clean-up"), {"dwelling": "cleanup:at"}, way=_("Look at the cases"), raised=False,
            answered_by=frozenset(),
        )
    )  # fmt: skip
    errands.register("cleanup", errands.Errand(start, ended))
    cards.card_action("person", changes_of_person)
    tasks.register_daily(jobs.daily)
    tasks.register_daily(retention.daily)
    areas.register(areas.Carrier("cleanup", move, tally, follow=follow))
