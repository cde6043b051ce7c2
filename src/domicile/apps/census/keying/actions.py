"""Key a paper form, key it a second time without seeing the first, decide where the two differ.

A form that is keyed once is received at once. One that was drawn for a second keying is received when the two agree or every
difference was decided: of an error found nothing has to be taken back.
"""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

import orjson
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.access.scopes import restrict
from domicile.apps.audit.recording import recording
from domicile.apps.census.answers import numbers
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import receive
from domicile.apps.census.keying.models import Sheet
from domicile.apps.census.listing.models import Household
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault import sealing
from domicile.apps.vault.keyring import blind
from domicile.core.enumeration import Difference, compared, forms, settled
from domicile.core.policy.parameters import parameter

KEY, SECOND, DECIDE = "census.key_form", "census.key_second", "census.decide_keying"
PERMISSION, DECIDING = "propose_change", "review_change"
PAPER = Answer.Road.PAPER.value
HUNDRED = 100
Content = Mapping[str, Any]


def drawn(sheet_id: uuid.UUID, today: dt.date) -> bool:
    """Whether a form is keyed twice: a draw by its id under a key, which nobody who keys can foresee."""
    number = int.from_bytes(blind("term", f"census keying\x1f{sheet_id.hex}")[:8], "big")
    return number % HUNDRED < int(parameter("census.double_keying_share", today))


@transaction.atomic
def key(
    *, actor: Viewer, household_id: uuid.UUID, form: str, content: Content, sheet_id: uuid.UUID | None = None
) -> Sheet:
    """Keep a paper form as it was keyed. `sheet_id` is given by the page: what is sent twice is one form.

    Raises OutOfReach, Refused.
    """
    actor.require(PERMISSION)
    rows = restrict(Household.objects.filter(pk=household_id), actor).select_for_update(of=("self",))
    household = rows.select_related("census").first()
    if household is None or actor.user_id is None:
        raise OutOfReach([])
    if form not in forms():
        raise Refused(_("This form is not known."), "form")
    held = Sheet.objects.filter(pk=sheet_id, household=household).first() if sheet_id else None
    if held is not None:
        return held
    now = timezone.now()
    sheet = Sheet(
        pk=sheet_id or new_id(), household=household, envelope_id=household.envelope_id, place_code=household.place_code,
        form=form, keyed_by=actor.user_id, keyed_at=now,
    )  # fmt: skip
    sheet.twice = drawn(sheet.pk, timezone.localdate())
    content = numbers.without(content) if numbers.over(household.census_id) else content
    sheet.first = _sealed(sheet, "first", content)
    with recording(
        actor=actor, action=KEY, subject_kind="household", subject_id=household.pk, place_code=sheet.place_code
    ) as change:
        change.create(sheet)
        if not sheet.twice:
            change.update(sheet, answer_id=_received(sheet, actor, content, now).pk)
    return sheet


@transaction.atomic
def key_second(*, actor: Viewer, sheet_id: uuid.UUID, content: Content) -> list[Difference]:
    """Keep the second keying of a form that was drawn for it; where it differs. Without a difference the form is received.

    Raises OutOfReach, and Refused for whoever keyed it first.
    """
    sheet = _locked(actor, sheet_id, PERMISSION)
    if not sheet.twice or sheet.second_by is not None:
        raise Refused(_("This form needs no second keying any more."))
    if sheet.keyed_by == actor.user_id:
        raise Refused(_("Somebody else keys it the second time."))
    first = first_of(sheet)
    if numbers.over(sheet.household.census_id):
        first, content = numbers.without(first), numbers.without(content)
    keyed, differing = compared(forms()[sheet.form], first, content)
    now = timezone.now()
    with recording(
        actor=actor, action=SECOND, subject_kind="household", subject_id=sheet.household_id, place_code=sheet.place_code
    ) as change:
        values: dict[str, Any] = {
            "second_by": actor.user_id, "second_at": now, "second": _sealed(sheet, "second", content), "compared": keyed,
        }  # fmt: skip
        if not differing:
            values["answer_id"] = _received(sheet, actor, content, now).pk
        change.update(sheet, **values)
    return differing


@transaction.atomic
def decide(*, actor: Viewer, sheet_id: uuid.UUID, decided: Mapping[str, int | str | None]) -> Sheet:
    """Decide every difference by the paper (its key: the value, None where nothing stands there), and receive the form.

    Raises OutOfReach, and Refused where one is left open, and for either of the two who keyed, whatever they may do otherwise.
    """
    sheet = _locked(actor, sheet_id, DECIDING)
    check_third(actor, sheet)
    if sheet.second_by is None or sheet.answer_id is not None:
        raise Refused(_("There is nothing to decide about this form."))
    try:
        content, wrong = settled(forms()[sheet.form], first_of(sheet), second_of(sheet), decided)
    except KeyError:
        raise Refused(_("Decide each difference.")) from None
    with recording(
        actor=actor, action=DECIDE, subject_kind="household", subject_id=sheet.household_id, place_code=sheet.place_code
    ) as change:
        received = _received(sheet, actor, content, timezone.now())
        change.update(sheet, decided_by=actor.user_id, wrong=wrong, answer_id=received.pk)
    return sheet


def check_third(viewer: Viewer, sheet: Sheet) -> None:
    """Raise Refused for either of the two who keyed a form: somebody else looks at the paper."""
    if viewer.user_id in {sheet.keyed_by, sheet.second_by}:
        raise Refused(_("You keyed this form yourself. Somebody else decides by the paper."))


def first_of(sheet: Sheet) -> dict[str, Any]:
    """The content as the first keyed it."""
    return _opened(sheet, "first")


def second_of(sheet: Sheet) -> dict[str, Any]:
    """The content as the second keyed it."""
    return _opened(sheet, "second")


def _opened(sheet: Sheet, column: str) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(sealing.open_value(sheet, column))
    return found


def _sealed(sheet: Sheet, column: str, content: Content) -> bytes | None:
    return sealing.seal(sheet, column, orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS).decode())


def _locked(actor: Viewer, sheet_id: uuid.UUID, permission: str) -> Sheet:
    actor.require(permission)
    rows = restrict(Sheet.objects.filter(pk=sheet_id), actor).select_for_update(of=("self",))
    sheet = rows.select_related("household__census").first()
    if sheet is None or actor.user_id is None:
        raise OutOfReach([])
    return sheet


def _received(sheet: Sheet, actor: Viewer, content: Content, at: dt.datetime) -> Answer:
    return receive(
        census=sheet.household.census, household=sheet.household, road=PAPER, form=sheet.form, content=content,
        instance=f"paper:{sheet.pk}", at=at, by=actor,
    )  # fmt: skip
