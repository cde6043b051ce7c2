"""Base models."""

import uuid

from django.db import models

from domicile.apps.common.ids import new_id


class Identified(models.Model):
    """A row with a UUID key that can be made before the row is stored."""

    id: models.UUIDField[uuid.UUID, uuid.UUID] = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True
