"""The change log of the register. Rows are appended, sealed in batches, never changed."""

from django.db import models

from domicile.apps.common.fields import PlaceCodeField


class Change(models.Model):
    """One action on one subject, written in the action's own transaction.

    `values` is a JSON list of [table, row, operation, {field: [before, after]}]; sealed ones as ciphertext.
    Actor and area are plain ids, so that the log outlives both.
    """

    at = models.DateTimeField()
    actor_id = models.UUIDField(null=True)
    actor_role = models.CharField(max_length=32)
    purpose = models.CharField(max_length=32, blank=True)
    action = models.CharField(max_length=64)
    subject_kind = models.CharField(max_length=16)
    subject_id = models.UUIDField()
    place_code = PlaceCodeField(blank=True)
    reason = models.CharField(max_length=200, blank=True)
    evidence = models.CharField(max_length=200, blank=True)
    batch_id = models.UUIDField(null=True)
    values = models.TextField()

    class Meta:
        indexes = [
            models.Index(fields=["subject_id", "id"], name="change_subject"),
            models.Index(fields=["batch_id"], name="change_batch", condition=models.Q(batch_id__isnull=False)),
            # By hand alone: an import appends a million rows, and none of them is looked for by its place.
            models.Index(fields=["place_code"], name="change_by_hand", condition=models.Q(batch_id__isnull=True)),
        ]


class Seal(models.Model):
    """The seal of the changes with first_id <= id <= last_id: their Merkle root, chained to the seal before, signed."""

    at = models.DateTimeField()
    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()
    count = models.PositiveIntegerField()
    root = models.BinaryField(max_length=32)
    # Eight bytes of each record's leaf, in order: they name the record that is broken, the root proves that none is.
    marks = models.BinaryField()
    chain = models.BinaryField(max_length=32)
    signature = models.BinaryField(max_length=64)
