"""What staff can do to persons and households. Each is applied at once or proposed (collect.actions.submit)."""

from domicile.apps.people.actions.households import AddMember, add_member
from domicile.apps.people.actions.names import CorrectName, correct_name
from domicile.apps.people.actions.stays import HEAD, EndStay, end_stay
from domicile.apps.people.actions.undo import undo

__all__ = ["HEAD", "AddMember", "CorrectName", "EndStay", "add_member", "correct_name", "end_stay", "undo"]
