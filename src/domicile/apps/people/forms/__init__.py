"""Forms of changes to persons and households."""

from domicile.apps.people.forms.base import PAPERS, CorrectNameForm
from domicile.apps.people.forms.corrections import CorrectForm, GiveNameForm, ParentForm
from domicile.apps.people.forms.homes import (
    ChangeHeadForm,
    DeathForm,
    EndStayForm,
    LeaveForm,
    RegroupForm,
    WrongDwellingForm,
)
from domicile.apps.people.forms.persons import AddMemberForm, HouseholdForm, NewbornForm, PeopleForms

__all__ = [
    "PAPERS",
    "AddMemberForm",
    "ChangeHeadForm",
    "CorrectForm",
    "CorrectNameForm",
    "DeathForm",
    "EndStayForm",
    "GiveNameForm",
    "HouseholdForm",
    "LeaveForm",
    "NewbornForm",
    "ParentForm",
    "PeopleForms",
    "RegroupForm",
    "WrongDwellingForm",
]
