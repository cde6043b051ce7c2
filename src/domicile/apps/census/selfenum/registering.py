"""What the apps below are told of self-enumeration."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.census.selfenum import actions, codes


def register_all() -> None:
    """Called once at start-up."""
    TABLES["census_householdcode"] = _("codes of households")
    ACTIONS.setdefault(actions.GIVE, _("code given to a household"))
    ACTIONS.setdefault(actions.GIVE_MANY, _("codes given to the households of an area"))
    ACTIONS.setdefault(actions.USE, _("code of a household used"))
    QUESTIONS.setdefault(codes.REFUSED, _("codes of households tried in vain"))
