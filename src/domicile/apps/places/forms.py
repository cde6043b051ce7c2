"""Forms of changes to places."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.forms import day_field
from domicile.apps.places.models import OrderedPlate
from domicile.apps.places.words import LABELS, PLATE_KINDS, PLATE_REASONS, USES

SHORT = {"autocomplete": "off", "spellcheck": "false"}


def text(label: Any, length: int, *, required: bool = False, help_text: Any = "") -> forms.CharField:
    """A short text."""
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text, widget=forms.TextInput(attrs=SHORT)
    )


class ReasonForm(forms.Form):
    """Every change says why."""

    reason = forms.CharField(label=_("Reason"), max_length=200, help_text=_("Kept in the history. No numbers here."))

    def clean_reason(self) -> str:
        given = str(self.cleaned_data["reason"]).strip()
        if sum(character.isdigit() for character in given) >= 11:
            raise forms.ValidationError(_("This looks like it holds a number. Leave identity and phone numbers out."))
        return given


class BuildingForm(ReasonForm):
    street = text(LABELS["street"], 64, help_text=_("As on the street sign: 人民路, 锦绣花园, 8组."))
    plate = text(LABELS["plate"], 32, help_text=_("The number alone: 12, 12-1. Leave empty if there is none."))
    building = text(LABELS["name"], 64, help_text=_("3 or A. Leave empty where the number is one house."))
    field_order: Sequence[str] = ("place_code", "street", "plate", "building", "keep_former", "reason")


class NewBuildingForm(BuildingForm):
    place_code = forms.ChoiceField(label=_("Community or grid"))

    def __init__(self, *args: Any, places: Sequence[tuple[str, Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place_code"].choices = places  # type: ignore[attr-defined]


def former_field() -> forms.BooleanField:
    """Whether the old address was a real one."""
    return forms.BooleanField(
        label=_("The old address was in use: keep it, so that it is still found"), required=False, initial=True
    )


class CorrectBuildingForm(BuildingForm):
    keep_former = former_field()


class CorrectDwellingForm(BuildingForm):
    unit = text(LABELS["unit"], 32, help_text=_("2 or 东. Leave empty if there is none."))
    room = text(LABELS["room"], 32, help_text=_("501. Leave empty where the house is one dwelling."))
    keep_former = former_field()
    field_order = ("street", "plate", "building", "unit", "room", "keep_former", "reason")


class NewDwellingForm(ReasonForm):
    unit = text(LABELS["unit"], 32, help_text=_("2 or 东. Leave empty if there is none."))
    room = text(LABELS["room"], 32, help_text=_("501. Leave empty where the house is one dwelling."))
    use = forms.ChoiceField(label=LABELS["use"], choices=list(USES.items()), initial="unknown")
    field_order = ("unit", "room", "use", "reason")


class ParticularsForm(ReasonForm):
    use = forms.ChoiceField(label=LABELS["use"], choices=list(USES.items()), widget=forms.RadioSelect)
    floor_area = forms.CharField(
        label=_("Floor area in square metres"), max_length=10, required=False,
        widget=forms.TextInput(attrs={**SHORT, "inputmode": "decimal"}),
    )  # fmt: skip
    rooms = forms.IntegerField(
        label=LABELS["rooms"], required=False, min_value=1, max_value=200,
        widget=forms.NumberInput(attrs={**SHORT, "inputmode": "numeric"}),
    )  # fmt: skip
    field_order = ("use", "floor_area", "rooms", "reason")


class EndForm(ReasonForm):
    on = day_field(_("First day on which it stands no longer"))
    field_order = ("on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class AliasForm(ReasonForm):
    text = text(LABELS["text"], 160, required=True, help_text=_("Written out: 老街9号, 纺织厂宿舍3幢501室."))
    until = day_field(_("In use until"), required=False, help_text=_("Leave empty while people still say so."))
    field_order = ("text", "until", "reason")


class StreetForm(ReasonForm):
    name = text(_("New name"), 64, required=True)
    keep_former = former_field()
    field_order = ("name", "keep_former", "reason")


class OrderForm(forms.Form):
    """Which plates are ordered."""

    community = forms.ChoiceField(label=_("Community"))
    kinds = forms.MultipleChoiceField(
        label=_("Plates"), choices=list(PLATE_KINDS.items()), widget=forms.CheckboxSelectMultiple,
        initial=[OrderedPlate.Kind.PLATE, OrderedPlate.Kind.BUILDING],
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("Why they are needed"), choices=list(PLATE_REASONS.items()))
    again = forms.BooleanField(
        label=_("Also those that were ordered before"),
        required=False,
        help_text=_("For plates that are lost or damaged."),
    )
    note = text(_("Note for the maker"), 200, help_text=_("Material, size, delivery."))

    def __init__(self, *args: Any, communities: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = communities  # type: ignore[attr-defined]


class MarkForm(forms.Form):
    """How far chosen plates have come."""

    on = day_field(_("On the day"))


class CodesForm(forms.Form):
    """Where codes are given out."""

    community = forms.ChoiceField(label=_("Community"))

    def __init__(self, *args: Any, communities: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].choices = communities  # type: ignore[attr-defined]
