"""What the apps below are told of questions that wait."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS
from domicile.apps.areas import registry as areas
from domicile.apps.areas.recoding import Recoding
from domicile.apps.moves.meant import actions, selectors
from domicile.apps.moves.meant.models import MeantQuestion
from domicile.apps.tasks import registry
from domicile.apps.tasks.models import Task
from domicile.apps.tasks.naming import register_namer


def move(recoding: Recoding) -> None:
    """The place of a question, when the codes of areas change."""
    recoding.rewrite(MeantQuestion, "place_code")


def register_all() -> None:
    """Called once at start-up."""
    TABLES["moves_meantquestion"] = _("questions of other registers that wait")
    ACTIONS.setdefault(actions.WAIT, _("question of another register by which several may be meant"))
    ACTIONS.setdefault(actions.CHOOSE, _("said who is meant by a question of another register"))
    ACTIONS.setdefault(
        actions.FOLLOW, _("question of another register goes to another area, where those live who may be meant")
    )
    ACTIONS.setdefault(actions.END, _("question taken back by the other register"))
    label = _("Another register asks about somebody: say who is meant")
    registry.register(
        registry.Kind(
            actions.KIND, label, {actions.SUBJECT: "moves:question"}, (Task.Outcome.DONE,), see=(actions.ANSWERS,),
            do=(actions.ANSWERS,), taps=(), way=_("Choose who is meant"),
        )
    )  # fmt: skip
    register_namer(actions.SUBJECT, selectors.named)
    areas.register(areas.Carrier("meant_questions", move))
