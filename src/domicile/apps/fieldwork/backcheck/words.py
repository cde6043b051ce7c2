"""Back-checks in the words of the reader's language, and what is told to the apps below."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.areas import registry as areas
from domicile.apps.collect.registry import label as change_label
from domicile.apps.fieldwork.backcheck import moves, retention
from domicile.apps.fieldwork.backcheck.actions import calling_off, checking, drawing, judging
from domicile.apps.fieldwork.backcheck.checkers import KIND, barred_from
from domicile.apps.fieldwork.backcheck.figures import shares
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem
from domicile.apps.fieldwork.backcheck.records import VISIT
from domicile.apps.fieldwork.backcheck.selectors import doors, task_names
from domicile.apps.staffing.assessment import registry as assessment
from domicile.apps.staffing.pay.registry import tell_doors
from domicile.apps.tasks import naming, registry
from domicile.apps.tasks.models import Task

STATES: dict[str, Any] = {
    BackCheck.State.GAP: _("nobody can be sent"),
    BackCheck.State.OPEN: _("to be checked"),
    BackCheck.State.CHECKED: _("checked"),
    BackCheck.State.REFUSED: _("visit refused"),
    BackCheck.State.WRONG_ADDRESS: _("wrong address"),
    BackCheck.State.LOST: _("cannot be asked about any more"),
    BackCheck.State.CALLED_OFF: _("draw called off"),
}
BADGES: dict[str, str] = {
    BackCheck.State.GAP: "badge-error",
    BackCheck.State.OPEN: "badge-info",
    BackCheck.State.CHECKED: "badge-done",
}
VERDICTS: dict[str, Any] = {
    CheckItem.Verdict.FIRST_WRONG: _("Error of the first record"),
    CheckItem.Verdict.CHANGED: _("Changed since then"),
    CheckItem.Verdict.CHECKER_WRONG: _("Error of the checker"),
    CheckItem.Verdict.UNCLEAR: _("Cannot be told"),
}


def kind(name: str) -> Any:
    """What kind of record was accepted."""
    return _("Visit of a dwelling") if name == VISIT else change_label(name)


def register_all() -> None:
    """Called once at start-up."""
    outcomes = (Task.Outcome.NOT_AT_HOME, Task.Outcome.REFUSED, Task.Outcome.WRONG_ADDRESS)
    registry.register(
        registry.Kind(
            KIND,
            _("Back-check"),
            {KIND: "backcheck:fill"},
            outcomes=outcomes,
            after=checking.after_task,
            keep_from=barred_from,
        )
    )
    registry.register_daily(retention.daily)
    naming.register_namer(KIND, task_names)
    areas.register(areas.Carrier("back_checks", moves.move, follow=moves.follow))
    assessment.register("back_check_error", shares)
    tell_doors(KIND, doors)
    TABLES.update(
        {
            "fieldwork_draw": _("draws of back-checks"),
            "fieldwork_stratum": _("strata of draws"),
            "fieldwork_backcheck": _("back-checks"),
            "fieldwork_checkitem": _("questions of back-checks"),
        }
    )
    for name, label in (
        (drawing.DRAW, _("back-checks drawn")),
        (drawing.ASSIGN, _("back-checks given to somebody")),
        (calling_off.CALL_OFF, _("draw of back-checks called off")),
        (checking.ENTER, _("back-check entered")),
        (judging.JUDGE, _("difference of a back-check judged")),
        (retention.ERASE, _("answers of back-checks erased, their time being over")),
    ):
        ACTIONS.setdefault(name, label)
    QUESTIONS.setdefault("back_check", _("questions of a back-check"))
    QUESTIONS.setdefault("differences", _("differences found by back-checks"))
    QUESTIONS.setdefault("back_check_sheet", _("printed sheets of back-checks"))
