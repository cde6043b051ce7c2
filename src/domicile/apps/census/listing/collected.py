"""The listing on the ODK Collect app: doors and households, and how a visit went where nobody answered."""

import uuid
from collections.abc import Collection, Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from domicile.apps.access.scopes import restrict
from domicile.apps.census.fieldwork.actions import CALL, note_call
from domicile.apps.census.frame.models import Building
from domicile.apps.census.listing import actions
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.listing.selectors import at_doors
from domicile.apps.collect.drafts import Subject
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.collect.openrosa.registry import EntityList, Form, register_form, register_list
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault import sealing
from domicile.core.messages.submissions import Answers, Broken

VERSION = "2026112301"


def rows(viewer: Viewer) -> Sequence[tuple[str, ...]]:
    """The buildings of the viewer's areas, by number, of the censuses that are at doors today; nobody is named."""
    viewer.require(actions.PERMISSION)
    at_work = Building.objects.filter(census__in=at_doors(timezone.localdate()))
    found = restrict(at_work, viewer).order_by("number", "pk").values_list("pk", "number", "address")
    return [(str(pk), f"{number} {address}") for pk, number, address in found]


def there(viewer: Viewer, ids: Collection[uuid.UUID]) -> Collection[uuid.UUID]:
    """Which of these still stand in the viewer's areas."""
    return set(restrict(Building.objects.filter(pk__in=list(ids)), viewer).values_list("pk", flat=True))


BUILDINGS = EntityList("buildings", ("name", "label"), rows, there)


def take_listing(receipt: Receipt, answers: Answers) -> None:
    """List a door and who lives behind it. A door that is listed gets the households that it lacks.

    What cannot be listed is refused with the words for it, and the form stays as it came.
    """
    key = answers.id("building")
    building = restrict(Building.objects.all(), receipt.viewer).filter(pk=key).first() if key is not None else None
    if building is None:
        receipt.refuse(actions.LIST, str(_("This building is not in the areas of this phone.")))
        return
    try:
        with transaction.atomic():  # all of it or nothing
            dwelling = _listed(receipt, building, answers)
    except Refused as refusal:
        receipt.refuse(actions.LIST, str(refusal.message))
        return
    receipt.done(actions.LIST, Subject("dwelling", dwelling.pk, dwelling.place_code))


def _listed(receipt: Receipt, building: Building, answers: Answers) -> Dwelling:
    today, number = receipt.received_on, answers.text("number").strip()
    dwelling = Dwelling.objects.filter(building=building, number=number).first()
    if dwelling is None:
        dwelling = actions.list_dwelling(
            actor=receipt.viewer, building=building, number=number, use=answers.text("use"), today=today,
            channel=answers.text("channel") or Dwelling.Channel.ORDINARY,
        )  # fmt: skip
    behind = list(Household.objects.filter(dwelling=dwelling, ended_on=None))
    known = set(sealing.open_many(behind, "head_name").values()) - {""}
    nameless = sum(not one.head_name for one in behind)
    for home in answers.rows("home"):
        name = home.text("head_name").strip()
        if name in known or (not name and nameless > 0):
            nameless -= not name
            continue
        actions.list_household(
            actor=receipt.viewer, dwelling=dwelling, today=today, head_name=name, expected=_whole(home, "expected"),
            phone=home.text("phone"), absence=home.text("absence") or Household.Absence.NONE, back_on=home.day("back_on"),
        )  # fmt: skip
    return dwelling


def _whole(answers: Answers, name: str) -> int:
    said = answers.text(name) or "0"
    if not said.isascii() or not said.isdigit():
        raise Broken("number")
    return int(said)


def take_call(receipt: Receipt, answers: Answers) -> None:
    """Note how a visit went at which nobody answered."""
    key = answers.id("household")
    home = restrict(Household.objects.all(), receipt.viewer).filter(pk=key).first() if key is not None else None
    if home is None:
        receipt.refuse(CALL, str(_("The household is not on the list. Look it up there and send the form again.")))
        return
    again_on, at = answers.day("again_on"), receipt.submission.received_at
    if again_on is not None and again_on < timezone.localdate(at):  # sent late: the day agreed on is over
        again_on = None
    try:
        note_call(
            actor=receipt.viewer, household=home, outcome=answers.text("outcome"), at=at, again_on=again_on,
            part_of_day=answers.text("part_of_day"),
        )  # fmt: skip
    except Refused as refusal:
        receipt.refuse(CALL, str(refusal.message))
        return
    receipt.done(CALL, Subject("household", home.pk, home.place_code))


def register_all() -> None:
    """Called once at start-up."""
    folder = settings.FORMS / "census"
    register_list(BUILDINGS)
    listing = {"zh": "摸底", "en": "Listing"}
    register_form(Form("census_listing", listing, folder / "census_listing.md", VERSION, ("buildings",), take_listing))
    call = {"zh": "上门记录", "en": "Visit without an answer"}
    register_form(Form("census_call", call, folder / "census_call.md", VERSION, ("households",), take_call))
