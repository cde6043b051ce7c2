"""What the apps below are told of self-enumeration and of keying."""

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.census.keying import actions as keying
from domicile.apps.census.selfenum import actions, codes


def register_all() -> None:
    """Called once at start-up."""
    TABLES["census_householdcode"] = _("codes of households")
    ACTIONS.setdefault(actions.GIVE, _("code given to a household"))
    ACTIONS.setdefault(actions.GIVE_MANY, _("codes given to the households of an area"))
    QUESTIONS.setdefault(codes.REFUSED, _("codes of households tried in vain"))
    TABLES["census_sheet"] = _("paper forms as they were keyed")
    ACTIONS.setdefault(keying.KEY, _("paper form keyed"))
    ACTIONS.setdefault(keying.SECOND, _("paper form keyed the second time"))
    ACTIONS.setdefault(keying.DECIDE, _("difference of two keyings decided"))
    QUESTIONS.setdefault("keying_differences", _("differences of two keyings of a form"))
    QUESTIONS.setdefault("print_census_forms", _("print of forms of the census"))
