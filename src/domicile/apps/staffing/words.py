"""Words of the chain."""

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from domicile.apps.staffing.models import Meeting, Post, Site

ROLES: dict[str, str | Promise] = {
    Post.Role.LEAD.value: _("Community lead"),
    Post.Role.COORDINATOR.value: _("Group coordinator"),
    Post.Role.INFORMANT.value: _("Area informant"),
    Post.Role.HEAD.value: _("Building head"),
    Post.Role.CLERK.value: _("Entry clerk"),
}
#: To which role a post of a role answers.
ABOVE: dict[str, str] = {
    Post.Role.COORDINATOR.value: Post.Role.LEAD.value,
    Post.Role.INFORMANT.value: Post.Role.COORDINATOR.value,
    Post.Role.HEAD.value: Post.Role.INFORMANT.value,
    Post.Role.CLERK.value: Post.Role.LEAD.value,
}
#: Roles that answer for a grid or for buildings in it.
IN_A_GRID = (Post.Role.INFORMANT.value, Post.Role.HEAD.value)
SITES: dict[str, str | Promise] = {
    Site.Kind.OFFICE.value: _("Office"),
    Site.Kind.STATION.value: _("Station"),
    Site.Kind.POINT.value: _("Collection point"),
}
MEETINGS: dict[str, str | Promise] = {
    Meeting.Kind.STATION.value: _("Station meeting"),
    Meeting.Kind.OFFICE.value: _("Office meeting"),
    Meeting.Kind.JOINT.value: _("Joint meeting"),
}


def chinese() -> bool:
    """Whether the page is in Chinese."""
    return (get_language() or "zh").startswith("zh")


def entrance_words(name: str) -> str:
    """An entrance in words; it is often written as its number alone."""
    return now("entrance {number}").format(number=name) if name.isdigit() else name


def told(entry: "dict[str, str]", name: str = "") -> str:
    """The text of an entry of a rule in the language of the page: its `zh` or `en`, or those of `name`."""
    ending = "zh" if chinese() else "en"
    return str(entry[f"{name}_{ending}" if name else ending])
