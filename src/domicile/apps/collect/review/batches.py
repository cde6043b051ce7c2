"""Decide about many proposals: each for itself, and each with what became of it."""

import logging
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext as _

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.review import deciding
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

MOST = 100
log = logging.getLogger("domicile.collect")


@dataclass(frozen=True)
class Chosen:
    """A proposal of the batch, in the version that was looked at."""

    proposal_id: uuid.UUID
    version: int


@dataclass(frozen=True)
class Became:
    """What became of one: the proposal as it stands, or why nothing was done."""

    proposal_id: uuid.UUID
    proposal: Proposal | None
    why: Any = ""


def decide_many(*, actor: Viewer, chosen: Sequence[Chosen], verdict: str, note: str = "") -> list[Became]:
    """Accept or return each, in the order given; one that cannot be decided stops none of the others.

    `verdict`: accept or return. Raises Refused when a return says no reason, or for more than a page can show.
    """
    if verdict == "return" and not note.strip():
        raise Refused(_("Say why you return them, so that the proposers can correct them."), "note")
    if len(chosen) > MOST:
        raise Refused(_("Choose {most} at most.").format(most=MOST))
    return [_decided(actor, one, verdict, note) for one in chosen]


def _decided(actor: Viewer, one: Chosen, verdict: str, note: str) -> Became:
    decide = deciding.accept if verdict == "accept" else deciding.send_back
    try:
        return Became(one.proposal_id, decide(actor=actor, proposal_id=one.proposal_id, version=one.version, note=note))
    except Refused as refusal:
        return Became(one.proposal_id, None, str(refusal.message))
    except NotAllowed:
        return Became(
            one.proposal_id, None, _("You cannot decide this one: it is your own, of another level, or elsewhere.")
        )
    except DatabaseError as error:  # what one stumbles over must not take the others along
        log.error("a proposal of a batch was not decided: %s", type(error).__name__)
        return Became(one.proposal_id, None, _("It could not be decided. Open it and try again."))
