"""What moves say when one record of a person is to cease to stand for another (apps/duplicates)."""

import uuid
from collections.abc import Collection

from django.utils.translation import gettext_lazy as _

from domicile.apps.common.refusals import Refused
from domicile.apps.moves.models import MovePerson
from domicile.core.moves import open_states


def check(persons: Collection[uuid.UUID]) -> None:
    """Whether no move of these is under way: both ends speak of the record that moves. One query. Raises Refused."""
    if MovePerson.objects.filter(person_id__in=persons, move__state__in=open_states()).exists():
        raise Refused(
            _("A move of this record is under way: let that record stay, or merge once the move has ended."), "stands"
        )
