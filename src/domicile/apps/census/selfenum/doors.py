"""Answers over the web with a code that was given at the door: whoever gave it could have answered with it.

Nothing is told of the phone or of when it was sent, only of the code, whose giver stands on it. It is a reason to ask again, and no
verdict: most such households did answer by themselves.
"""

import uuid
from collections.abc import Iterable

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.selfenum.models import HouseholdCode

WEB = "web:"


def givers(answers: Iterable[Answer]) -> dict[uuid.UUID, HouseholdCode]:
    """Of these answers those that came with a code given at the door, each with the code. One query."""
    by_instance = {row.instance: row for row in answers if row.road == Answer.Road.WEB}
    found = HouseholdCode.objects.filter(
        household__in={row.household_id for row in by_instance.values()}, at_door=True, used_at__isnull=False
    )
    return {by_instance[WEB + code.instance].pk: code for code in found if WEB + code.instance in by_instance}
