"""What a form says before it is sent: whether the change takes effect at once or who decides on it, and why it is made."""

from django.utils.translation import gettext as _

from domicile.apps.collect.policies import takes_effect_at_once
from domicile.apps.collect.registry import handler
from domicile.apps.common.viewer import Viewer

DOOR = "door_visit"


def reason_known(viewer: Viewer) -> str:
    """The reason that need not be typed: at the door it is known."""
    return _("Told at the door") if viewer.purpose == DOOR else ""


def effect(viewer: Viewer, action: str, place_code: str) -> str:
    """What happens when the form is sent, in words."""
    level = handler(action).level()
    if takes_effect_at_once(viewer, place_code, action, level):
        return _("Takes effect at once.")
    return _("Goes to review: decided by {level}.").format(level=level_name(level))


def level_name(level: str) -> str:
    """Who decides at a level."""
    names = {
        "grid": _("the community"),
        "community": _("the community"),
        "township": _("the township"),
        "county": _("the county"),
        "prefecture": _("the prefecture"),
        "province": _("the province"),
    }
    return names.get(level, level)
