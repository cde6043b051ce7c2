"""Forms of areas and grids, and of what happens to them."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.models import Area, Grid
from domicile.core.codes.lists import code_list


def day_field(label: Any, **kwargs: Any) -> forms.DateField:
    """A day, typed or picked."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def choices(name: str, *, precise: bool = False) -> list[tuple[str, Any]]:
    """Choices of a code list in the user's language, an empty one first; `precise`: only what has nothing below it."""
    codes, language = code_list(name), get_language() or "zh"
    broad = {codes.parent(code) for code in codes.codes} if precise else set()
    return [("", "—"), *((code, label) for code, label in codes.choices(language) if code not in broad)]


class ReasonForm(forms.Form):
    """Every change may say on what paper it stands."""

    reason = forms.CharField(
        label=_("Decision or paper"), max_length=200, required=False, help_text=_("Kept in the log of changes.")
    )


class AreaForm(ReasonForm):
    name = forms.CharField(label=_("Official name"), max_length=64)
    urban_rural = forms.ChoiceField(label=_("Urban–rural class"), required=False)
    valid_from = day_field(_("Exists from"))
    field_order = ("code", "name", "urban_rural", "valid_from", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(code, f"{code} {label}" if code else label) for code, label in choices("urban_rural", precise=True)]
        self.fields["urban_rural"].choices = offered  # type: ignore[attr-defined]
        self.fields["valid_from"].initial = timezone.localdate()


class NewAreaForm(AreaForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("12 digits: 2 each for province, prefecture and county, 3 each for township and community."),
    )


class GridForm(ReasonForm):
    name = forms.CharField(label=_("Name of the grid"), max_length=64)
    tier = forms.ChoiceField(label=_("Tier"))
    special_kind = forms.ChoiceField(label=_("Special grid"), required=False)
    compound_kind = forms.ChoiceField(label=_("Kind of compound"), required=False)
    land_area = forms.FloatField(label=_("Land area, square metres"), required=False)
    valid_from = day_field(_("Exists from"))
    field_order = ("code", "name", "tier", "special_kind", "compound_kind", "land_area", "valid_from", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field, name in (("special_kind", "grid_kind"), ("compound_kind", "compound_kind")):
            self.fields[field].choices = choices(name)  # type: ignore[attr-defined]
        self.fields["tier"].choices = choices("grid_tier")[1:]  # type: ignore[attr-defined]
        self.fields["tier"].initial = Grid.Tier.SMALL
        self.fields["valid_from"].initial = timezone.localdate()


class NewGridForm(GridForm):
    code = forms.CharField(
        label=_("Code"), max_length=20, help_text=_("15 digits: the code of the area and a number from 001.")
    )


class DayForm(ReasonForm):
    """Something that happens on a day."""

    on = day_field(_("From which day"), help_text=_("The first day on which the new state holds. Not a day to come."))
    field_order: Any = ("on", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].initial = timezone.localdate()


class RenameForm(DayForm):
    name = forms.CharField(label=_("New name"), max_length=64)
    field_order = ("name", "on", "reason")


class RecodeForm(DayForm):
    code = forms.CharField(label=_("New code"), max_length=20, help_text=_("12 digits, free on that day."))
    field_order = ("code", "on", "reason")


class AreaChoiceField(forms.ModelChoiceField):
    """Areas by name and code, since names repeat."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.code}"


class AreaPartsField(forms.ModelMultipleChoiceField):
    """Grids or communities by name and code."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.code}"


class MergeForm(DayForm):
    into = AreaChoiceField(label=_("Becomes part of"), queryset=Area.objects.none())
    field_order = ("into", "on", "reason")

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]
        if not others.exists():
            self.fields["into"].help_text = _(
                "There is no other area of this level in yours, so nothing can be merged."
            )


class SplitForm(DayForm):
    """`parts`: grids of a community, or communities of a township."""

    code = forms.CharField(label=_("Code of the new area"), max_length=20, help_text=_("12 digits, free on that day."))
    name = forms.CharField(label=_("Name of the new area"), max_length=64)
    parts = AreaPartsField(
        label=_("What goes to it"),
        queryset=Grid.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("They keep their numbers under the new code. Buildings in no grid stay."),
    )
    field_order = ("code", "name", "parts", "on", "reason")

    def __init__(self, *args: Any, within: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parts"].queryset = within  # type: ignore[attr-defined]
