"""Forms of changes to persons and households."""

from domicile.apps.people.forms.base import PAPERS, CorrectNameForm
from domicile.apps.people.forms.corrections import CorrectForm, GiveNameForm, ParentForm
from domicile.apps.people.forms.homes import (
    ChangeHeadForm,
    EndStayForm,
    LeaveForm,
    RegroupForm,
    WrongDwellingForm,
)
from domicile.apps.people.forms.persons import AddMemberForm, HouseholdForm, PeopleForms

__all__ = [
    "PAPERS",
    "AddMemberForm",
    "ChangeHeadForm",
    "CorrectForm",
    "CorrectNameForm",
    "EndStayForm",
    "GiveNameForm",
    "HouseholdForm",
    "LeaveForm",
    "ParentForm",
    "PeopleForms",
    "RegroupForm",
    "WrongDwellingForm",
]
