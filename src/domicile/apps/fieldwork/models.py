"""Models of the app, by what they are about."""

from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem, Draw, Framed, Stratum
from domicile.apps.fieldwork.campaigns.models import Campaign, Door, Figure, Intention, OnFile
from domicile.apps.fieldwork.visits.models import Confirmation, Matter, Visit

__all__ = [
    "BackCheck",
    "Campaign",
    "CheckItem",
    "Confirmation",
    "Door",
    "Draw",
    "Figure",
    "Framed",
    "Intention",
    "Matter",
    "OnFile",
    "Stratum",
    "Visit",
]
