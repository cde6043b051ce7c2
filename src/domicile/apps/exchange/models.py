"""Import batches (EX-1). The rows themselves wait in a sealed staging file; the batch says what became of them."""

from django.db import models

from domicile.apps.common.fields import KeyField
from domicile.apps.common.models import Identified


class Batch(Identified):
    """One file on its way into the register, whole or not at all."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        CHECKED = "checked"
        COMMITTING = "committing"
        COMMITTED = "committed"
        FAILED = "failed"
        UNDONE = "undone"
        DISCARDED = "discarded"

    layout = models.CharField(max_length=16)
    file_name = models.CharField(max_length=120)
    source = models.CharField(max_length=64, blank=True)
    scope = KeyField(max_length=15, blank=True)
    # SHA-256 of the normalised content: the same content from the same source changes nothing.
    digest = models.CharField(max_length=64, blank=True, db_index=True)
    state = models.CharField(max_length=12, choices=State.choices, default=State.UPLOADED)
    column_map = models.JSONField(default=dict)
    # Counts only: rows, errors, warnings, created, changed, unchanged, dropped columns.
    report = models.JSONField(default=dict)
    uploaded_by = models.UUIDField(null=True)
    uploaded_by_name = models.CharField(max_length=64, blank=True)
    uploaded_at = models.DateTimeField()
    committed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class SavedMap(Identified):
    """Which column is which in files with these headers, as somebody chose it; `column_map` is column name → header.

    Found again by `header_mark`, which is the same for the same headers in any order. Without a `scope` it is the
    owner's alone; with one it serves everybody whose areas lie inside it.
    """

    name = models.CharField(max_length=64)
    layout = models.CharField(max_length=16)
    header_mark = models.CharField(max_length=64, db_index=True)
    column_map = models.JSONField(default=dict)
    scope = KeyField(max_length=15, blank=True)
    owner_id = models.UUIDField(null=True)
    owner_name = models.CharField(max_length=64, blank=True)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_id", "header_mark", "layout"], name="one_saved_map_of_headers")
        ]

    def __str__(self) -> str:
        return self.name
