"""Whether somebody may collect: after the course and the test, by the badge (FO-6)."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.accounts.models import User
from domicile.apps.staffing import badges

SUBJECT = "collection"


def without_badge(user: User) -> Any:
    """Why this account may not collect; '' where its badge holds."""
    if badges.holds(user.pk, SUBJECT, timezone.localdate()):
        return ""
    return _("This worker holds no badge for collecting: first the course and the test of the training.")
