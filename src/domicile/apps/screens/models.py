"""Saved views of ledgers: a filter, columns and an order under a title. None names a person (screens/policies.py)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified


class SavedView(Identified):
    """A view of one ledger: its owner's alone, or with `scope` of everybody who works inside that area."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="saved_views")
    ledger = KeyField(max_length=22)
    title = models.CharField(max_length=40)
    scope = KeyField(max_length=15, blank=True, db_index=True, help_text="shared with this area; empty: with nobody")
    columns = models.CharField(max_length=3000, blank=True, help_text="keys of columns in their order, with spaces")
    sort = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "ledger", "title"], name="one_view_of_a_title"),
            models.CheckConstraint(condition=~Q(title=""), name="view_has_a_title"),
        ]


class SavedFilter(Identified):
    """What one field of the filter of a view is set to."""

    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="filters")
    name = KeyField(max_length=40)
    value = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["view", "name", "value"], name="one_value_of_a_filter")]


class DefaultView(Identified):
    """The view with which a ledger opens for somebody."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="default_views")
    ledger = KeyField(max_length=22)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="defaults")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "ledger"], name="one_default_view_of_a_ledger")]
