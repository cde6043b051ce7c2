"""What the actions of the chain share."""

import datetime as dt
import uuid
from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext as _

from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.staffing import policies
from domicile.apps.staffing.models import Holding, Post, Worker

Row = TypeVar("Row", bound=models.Model)


def locked(model: type[Row], pk: uuid.UUID) -> Row:
    """The row for change. Raises NotAllowed where there is none: it is told like one of another area."""
    row = model._default_manager.select_for_update().filter(pk=pk).first()
    if row is None:
        raise NotAllowed(model._meta.model_name)
    return row


def worker_for_change(actor: Viewer, pk: uuid.UUID) -> Worker:
    """A worker of the actor's areas, locked."""
    worker = locked(Worker, pk)
    policies.check_manage(actor, worker.place_code)
    return worker


def post_for_change(actor: Viewer, pk: uuid.UUID) -> Post:
    """A post of the actor's areas, locked."""
    post = locked(Post, pk)
    policies.check_manage(actor, post.place_code)
    return post


def holding_for_change(actor: Viewer, pk: uuid.UUID) -> Holding:
    """Who holds a post of the actor's areas, locked; with the post and the worker."""
    holding = locked(Holding, pk)
    policies.check_manage(actor, holding.post.place_code)
    return holding


def text(value: str, field: str, *, longest: int, needed: bool = True) -> str:
    """A text as it is kept. Raises Refused for one that is empty, too long, or holds a number of a person's kind."""
    kept = " ".join(value.split())
    if needed and not kept:
        raise Refused(_("This is needed."), field)
    if len(kept) > longest:
        raise Refused(_("At most {count} characters.").format(count=longest), field)
    if without_numbers(kept) != kept:
        raise Refused(_("This looks like it holds a number. Leave identity and phone numbers out."), field)
    return kept


def place(value: str) -> str:
    """A place code of 15 digits of an area or grid code. Raises Refused."""
    if not (value.isascii() and value.isdigit() and len(value) in {12, 15}):
        raise Refused(_("Choose one of the list."), "place")
    return value.ljust(15, "0")


def not_before(day: dt.date, earliest: dt.date, field: str, message: Any) -> None:
    """Raise Refused for a day before the earliest."""
    if day < earliest:
        raise Refused(message.format(day=earliest), field)
