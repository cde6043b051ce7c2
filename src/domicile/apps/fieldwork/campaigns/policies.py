"""Who may see and lead a campaign, and what its state allows."""

from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.fieldwork.campaigns.models import Campaign
from domicile.apps.tasks.registry import DO, MANAGE

LEAD, WORK = MANAGE, DO
#: A campaign is made over a township, a community or a grid: larger areas make one each, so that each is led by somebody.
SCOPES = (9, 12, 15)
State = Campaign.State


def may_lead(viewer: Viewer, campaign: Campaign) -> bool:
    """Whether this viewer arranges the campaign: all of it lies inside the areas."""
    return viewer.may(LEAD) and viewer.covers(campaign.scope)


def check_lead(viewer: Viewer, campaign: Campaign) -> None:
    """Raise NotAllowed unless `may_lead`."""
    if not may_lead(viewer, campaign):
        raise NotAllowed(LEAD)


def may_check(viewer: Viewer, place_code: str) -> bool:
    """Whether this viewer may say what was found at a door."""
    return viewer.covers(place_code) and (viewer.may(WORK) or viewer.may(LEAD))


def check_state(campaign: Campaign, message: str, *states: str) -> None:
    """Raise Refused with the message unless the campaign is in one of the states."""
    if campaign.state not in states:
        raise Refused(message)
