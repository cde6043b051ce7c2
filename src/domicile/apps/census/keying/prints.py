"""The paper form, printed from the definition: for each household with its door and a QR code that holds its number alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from domicile.apps import printing
from domicile.apps.census.keying import reading
from domicile.apps.census.listing.models import Household
from domicile.apps.census.selfenum.prints import address_of
from domicile.apps.common.viewer import Viewer
from domicile.apps.printing.qr import qr_svg
from domicile.core.enumeration import Form, Item, asked_words, forms

TEMPLATE = Path(__file__).resolve().parent.parent / "printed" / "form.typ"
#: People beside each other on a page.
ACROSS = 4
LEAST_PEOPLE, MOST_PEOPLE = 4, 20


def print_forms(viewer: Viewer, households: Sequence[Household], form: str = "") -> HttpResponse:
    """The forms of some households, each the one that it is asked unless `form` names another. They name nobody."""
    wanted = {form or one.form for one in households}
    data = {
        "frame": printing.frame(viewer, title=_("Form of the census"), watermark=False),
        "forms": {name: _form(forms()[name]) for name in wanted},
        "households": [_household(one, form or one.form) for one in households],
        "across": ACROSS,
        "words": {
            "number": _("Enumeration area"), "door": _("Door"), "people": _("How many people"), "person": _("Person %(number)s"),
            "says": _("QR code with the number of the household"), "enumerator": _("Enumerator"), "day": _("Day"),
            "read": _("Read back to the household, who say that it is right"),
            "codes": _("Write the digit of the answer into the box."),
        },
    }  # fmt: skip
    return printing.respond(TEMPLATE, data, name=_("Forms of the census"))


def _household(household: Household, form: str) -> dict[str, Any]:
    people = min(max(household.expected, LEAST_PEOPLE), MOST_PEOPLE)
    moment = timezone.localtime(household.census.reference_at)
    return {
        "form": form, "where": address_of(household), "area": household.place_code, "svg": qr_svg(str(household.pk), error="m"),
        "people": -(-people // ACROSS) * ACROSS,
        "moment": _("{census}. Census moment: {moment}").format(census=household.census.name, moment=f"{moment:%Y-%m-%d %H:%M}"),
    }  # fmt: skip


def _form(form: Form) -> dict[str, Any]:
    language = get_language() or "zh-hans"
    return {
        "title": form.words.of(language),
        "household": [_item(one, language) for one in form.household_items],
        "persons": [_item(one, language) for one in form.person_items],
        "lists": [_list(one, language) for one in form.person_items if len(one.choices) > reading.SHORT_LIST],
    }


def _list(item: Item, language: str) -> str:
    """The codes of a long list, which stand at the foot of the form."""
    shown = (f"{one.value}\N{NO-BREAK SPACE}{one.words.of(language)}" for one in item.choices)
    return f"{item.number} {item.words.of(language)}: " + " ".join(shown)


def _item(item: Item, language: str) -> dict[str, Any]:
    asked = asked_words(item, language)
    optional = "" if item.needed else _("may be left empty")
    return {
        "number": item.number, "label": item.words.of(language), "codes": reading.codes_of(item, language),
        "only": "; ".join(one for one in (asked, optional) if one), "wide": item.kind in {"text", "id"},
    }  # fmt: skip
