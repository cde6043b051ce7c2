"""Models of the app, by what they are about."""

from domicile.apps.fieldwork.visits.models import Confirmation, Matter, Visit

__all__ = ["Confirmation", "Matter", "Visit"]
