"""Words of the staff of a census."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from domicile.apps.census.staff.models import Recruit
from domicile.apps.staffing.models import Post

DUTIES: dict[str, str | Promise] = {
    Recruit.Duty.ENUMERATOR.value: _("Enumerator"),
    Recruit.Duty.SUPERVISOR.value: _("Supervisor of enumerators"),
}
#: Which post of the engine a duty is: an enumerator holds the post of an enumeration area, a supervisor that of a team.
POSTS: dict[str, str] = {
    Recruit.Duty.ENUMERATOR.value: Post.Role.INFORMANT.value,
    Recruit.Duty.SUPERVISOR.value: Post.Role.COORDINATOR.value,
}
#: Which role of this site goes with a duty.
ROLES: dict[str, str] = {
    Recruit.Duty.ENUMERATOR.value: "enumerator",
    Recruit.Duty.SUPERVISOR.value: "census_supervisor",
}
#: On what courses, tests and badges of census staff are.
SUBJECT = "enumeration"
