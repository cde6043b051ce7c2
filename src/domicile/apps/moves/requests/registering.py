"""What the apps below are told of requests."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS, WITHOUT_ACCOUNT
from domicile.apps.areas import registry as areas
from domicile.apps.moves.requests import actions, between, outward, recoding, retention, telling
from domicile.apps.tasks.registry import register_daily


def register_all() -> None:
    """Called once at start-up."""
    WITHOUT_ACCOUNT.setdefault("rule", _("by rule, without a person"))
    TABLES.update(
        {
            "moves_outsiderequest": _("requests to other areas"),
            "moves_outsideparticular": _("what was told to another area"),
        }
    )
    ACTIONS.setdefault(actions.ASK, _("another area asked about a person"))
    ACTIONS.setdefault(telling.ANSWER, _("request of another area answered"))
    ACTIONS.setdefault(telling.END, _("request of another area ended without an answer"))
    ACTIONS.setdefault(outward.SEND, _("request sent to another register"))
    ACTIONS.setdefault(retention.ERASE, _("requests to other areas erased, their time being over"))
    QUESTIONS.setdefault("outside_request", _("request to another area"))
    QUESTIONS.setdefault("outside_answer", _("answer of another area"))
    QUESTIONS.setdefault("outside_rule", _("request of another area, answered by rule"))
    QUESTIONS.setdefault("outside_queue", _("request of another area"))
    QUESTIONS.setdefault("outside_told", _("told to another area"))
    ACTIONS.setdefault(between.RECEIVE, _("request of another register received"))
    between.register_all()
    areas.register(areas.Carrier("outside_requests", recoding.move))
    register_daily(retention.daily)
