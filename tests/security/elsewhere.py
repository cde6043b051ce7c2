"""A row of every table in a place where the cast has no business, all under one id, with one text in all of them."""

import datetime as dt
import uuid
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from tests.cast import OTHER_COMMUNITY, OTHER_GRID_ELSEWHERE

ID = uuid.UUID("0190b6a0-0000-7000-8000-0000000f0001")
TEXT = "远方欧阳"
LONG_AGO = dt.date(2020, 1, 1)
#: What a constraint asks for beyond a value of the right type.
MORE: dict[str, dict[str, Any]] = {
    "access.grant": {"state": "waiting", "role": "grid_worker"},
    "accounts.user": {"username": "elsewhere"},
    "areas.area": {"code": "770102001002", "level": 5},
    "areas.grid": {"code": OTHER_GRID_ELSEWHERE},
    "peers.peer": {"state": "own", "name": "本系统", "address": ""},
    "places.dwelling": {"use": "lived_in"},
    "duplicates.pair": {"left": uuid.UUID(int=1), "state": "open", "step": "by_hand", "evidence": "{}"},
    "certificates.certificate": {"ended_why": "", "last_day": dt.date(2023, 1, 1)},
    "fieldwork.visit": {"building_id": None},
    "fieldwork.intention": {"kept": ""},
    "staffing.assessedmonth": {"month": "2020-01"},
    "staffing.payrun": {"month": "2020-01"},
    "staffing.payrate": {"kind": "visit"},
    "staffing.payline": {"kind": "visit"},
    "staffing.paidpiece": {"kind": "visit"},
    "staffing.miss": {"about": "task"},
    "localfields.localfield": {
        "end": dt.date(2030, 1, 1),
        "subject_kind": "person",
        "kind": "text",
        "authority": "",
        "document": "",
    },
}


def make_rows() -> tuple[dict[str, Any], list[str]]:
    """The key of the row of each table that could be made, and the names of those that could not."""
    waiting = [
        model
        for model in apps.get_models()
        if model.__module__.startswith("domicile.apps") and model._meta.app_label != "audit"
    ]
    made: dict[str, Any] = {}
    while True:
        before = len(waiting)
        waiting = [model for model in waiting if not _make(model, made)]
        if len(waiting) == before:
            return made, sorted(model._meta.label_lower for model in waiting)


def _make(model: type[models.Model], made: dict[str, Any]) -> bool:
    try:
        row = model(**_values(model, made))
        with transaction.atomic():
            row.save(force_insert=True)
    except (IntegrityError, LookupError, TypeError, ValueError):
        return False
    made[model._meta.label_lower] = row.pk
    return True


def _values(model: type[models.Model], made: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key:
            if isinstance(field, models.UUIDField):
                values[field.attname] = ID
            elif isinstance(field, models.ForeignKey):
                values[field.attname] = made[field.related_model._meta.label_lower]  # type: ignore[union-attr]
        elif isinstance(field, models.ForeignKey):
            known = made.get(field.related_model._meta.label_lower)  # type: ignore[union-attr]
            if known is None and not field.null:
                raise LookupError(field.name)
            values[field.attname] = known
        elif not field.null:
            values[field.attname] = _value(field)
    return values | MORE.get(model._meta.label_lower, {})


def _value(field: models.Field[Any, Any]) -> Any:
    if field.has_default():
        return field.get_default()
    if field.choices:
        return next(iter(field.flatchoices))[0]
    if isinstance(field, models.UUIDField):
        return ID
    if isinstance(field, models.DateTimeField):
        return timezone.now()
    if isinstance(field, models.DateField):
        return LONG_AGO
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.BinaryField):
        return ID.bytes
    if isinstance(field, models.CharField | models.TextField):
        return _text(field)
    return 1


def _text(field: models.Field[Any, Any]) -> str:
    if any(part in field.name for part in ("code", "scope", "area", "community")):
        longest = field.max_length or 0
        return OTHER_GRID_ELSEWHERE if longest >= 15 else OTHER_COMMUNITY[:longest]
    return TEXT[: field.max_length or 200]
