"""Questions that wait for somebody to say who is meant. Registered with the app by moves.models."""

from django.db import models

from domicile.apps.common.fields import PlaceCodeField
from domicile.apps.common.models import Identified
from domicile.apps.vault.fields import SealedField


class MeantQuestion(Identified):
    """A question of `peer` about the move with this key, as it came; gone with its answer.

    `place_code` is the area in which all live who may be meant.
    """

    move_key = models.UUIDField(unique=True)
    peer = models.ForeignKey("peers.Peer", on_delete=models.PROTECT, related_name="+")
    place_code = PlaceCodeField()
    came_at = models.DateTimeField()
    body = SealedField(subject="id")

    class Meta:
        indexes = [models.Index(fields=["place_code"], name="meant_question_place")]
        constraints = [
            models.CheckConstraint(condition=models.Q(body__isnull=False), name="a_question_has_its_content")
        ]
