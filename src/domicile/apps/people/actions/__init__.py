"""What staff can do to persons and households. Each is applied at once or proposed (collect.actions.submit)."""

from domicile.apps.people.actions.corrections import Correct, correct
from domicile.apps.people.actions.households import (
    AddHousehold,
    AddMember,
    ChangeHead,
    add_household,
    add_member,
    change_head,
)
from domicile.apps.people.actions.moving import CorrectDwelling, Regroup, correct_dwelling, regroup
from domicile.apps.people.actions.names import CorrectName, GiveName, correct_name, give_name
from domicile.apps.people.actions.newborns import AddNewborn, put_newborn
from domicile.apps.people.actions.parents import SetParent, set_parent
from domicile.apps.people.actions.persons import NewPerson
from domicile.apps.people.actions.stays import (
    EndStay,
    LeaveHousehold,
    RecordDeath,
    end_life,
    end_stay,
    leave_household,
)
from domicile.apps.people.models import HEAD

__all__ = [
    "HEAD",
    "AddHousehold",
    "AddMember",
    "AddNewborn",
    "ChangeHead",
    "Correct",
    "CorrectDwelling",
    "CorrectName",
    "EndStay",
    "GiveName",
    "LeaveHousehold",
    "NewPerson",
    "RecordDeath",
    "Regroup",
    "SetParent",
    "add_household",
    "add_member",
    "change_head",
    "correct",
    "correct_dwelling",
    "correct_name",
    "end_life",
    "end_stay",
    "give_name",
    "leave_household",
    "put_newborn",
    "regroup",
    "set_parent",
]
