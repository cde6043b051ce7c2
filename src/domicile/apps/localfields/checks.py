"""Local fields whose end has passed and whose values are not erased yet: the server has not run since."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from domicile.apps.common.fields import prefix_q
from domicile.apps.localfields.models import LocalField


@dataclass(frozen=True)
class Finding:
    """A field that should be gone."""

    code: str
    place: str
    field: str
    end: str


def run(scope: str = "") -> Iterator[Finding]:
    """Every field that is past its end and not erased."""
    rows = LocalField.objects.filter(prefix_q("scope", scope), state="approved", end__lte=timezone.localdate())
    for row in rows.order_by("scope", "pk"):
        yield Finding("local_field_not_erased", row.scope, row.label_zh, row.end.isoformat())
