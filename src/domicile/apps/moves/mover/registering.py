"""What the apps below are told of the mover's own word."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS, WITHOUT_ACCOUNT
from domicile.apps.areas import registry as areas
from domicile.apps.moves import prints
from domicile.apps.moves.mover import actions, recoding, retention
from domicile.apps.tasks.registry import register_daily


def register_all() -> None:
    """Called once at start-up."""
    WITHOUT_ACCOUNT["mover"] = _("the mover, by code")
    TABLES.update(
        {
            "moves_movercode": _("codes of movers"),
            "moves_moverword": _("what movers said"),
            "moves_moverwordperson": _("whom movers named"),
        }
    )
    ACTIONS.setdefault(actions.GIVE, _("code given to a mover"))
    ACTIONS.setdefault(actions.SAY, _("said by the mover, by code"))
    ACTIONS.setdefault(actions.TAKE_UP, _("mover's word taken up"))
    ACTIONS.setdefault(actions.SET_ASIDE, _("mover's word set aside"))
    ACTIONS.setdefault(retention.ERASE, _("codes and words of movers erased, their time being over"))
    QUESTIONS.setdefault("mover_page", _("page of a mover, by code"))
    QUESTIONS.setdefault("mover_words", _("what movers said"))
    QUESTIONS.setdefault("mover_code_refused", _("codes of movers tried in vain"))
    QUESTIONS.setdefault(prints.QUESTION, _("print of the card of a move"))
    QUESTIONS.setdefault("print_mover_slip", _("print of a slip for a mover"))
    areas.register(areas.Carrier("mover_words", recoding.move, follow=recoding.follow))
    register_daily(retention.daily)
