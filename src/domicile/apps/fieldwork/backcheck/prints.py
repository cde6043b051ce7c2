"""The sheets of back-checks on paper: address, whom to ask about and the questions; nothing of what is on file."""

import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.common.viewer import Viewer
from domicile.apps.fieldwork.backcheck.forms import NOT_TOLD, TAPPED
from domicile.apps.fieldwork.backcheck.models import BackCheck, CheckItem
from domicile.apps.fieldwork.backcheck.questions import QUESTIONS, choices
from domicile.apps.fieldwork.backcheck.selectors import Asked

SHEET = Path(__file__).resolve().parent / "printed" / "sheet.typ"


def sheets_data(
    viewer: Viewer, checks: Sequence[BackCheck], asked: Mapping[uuid.UUID, Sequence[Asked]]
) -> dict[str, Any]:
    """One sheet a check."""
    frame = printing.frame(
        viewer,
        title=_("Back-check"),
        notes=_(
            "Ask at the door and write down what you are told. What is on file is not told here, so that nothing is led."
        ),
    )
    return {
        "frame": frame,
        "sheets": [_sheet(check, asked.get(check.pk, ())) for check in checks],
        "words": {
            "address": _("Address"),
            "due": _("Ask by"),
            "question": _("What to ask"),
            "answer": _("Answer"),
            "outcome": _("If nothing was told"),
            "outcomes": [_("Not at home"), _("Visit refused"), _("Wrong address")],
        },
        "signatures": [_("Who checks"), _("Date")],
    }


def _sheet(check: BackCheck, groups: Sequence[Asked]) -> dict[str, Any]:
    return {
        "address": check.dwelling.address if check.dwelling else "",
        "due": check.stratum.draw.due_on.isoformat(),
        "groups": [{"who": one.who, "rows": [_row(item, check) for item in one.items]} for one in groups],
    }


def _row(item: CheckItem, check: BackCheck) -> dict[str, Any]:
    """A question with its few answers to tick, or a line to write on."""
    question = QUESTIONS[item.key]
    known = choices(question)
    label = str(question.label)
    if item.key == "visited":
        label = f"{label} ({check.accepted_on.isoformat()})"
    return {
        "label": label,
        "ticks": [*(name for _code, name in known), str(NOT_TOLD)] if 0 < len(known) <= TAPPED else [],
    }
