"""Forms of borders: what the map sends, and what can be typed, pasted or uploaded instead of drawing."""

import contextlib
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from domicile.apps.areas.forms import ReasonForm
from domicile.apps.areas.models import Grid
from domicile.apps.maps import selectors

LARGEST = 1024 * 1024
PASTED = _("GeoJSON or WKT, longitude first (WGS 84). The map fills this in by itself.")


class ShapeField(forms.CharField):
    """A drawn shape as text."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "map-shape"})
        super().__init__(max_length=LARGEST, widget=widget, help_text=PASTED, **kwargs)


class BorderForm(ReasonForm):
    """A border, pasted or uploaded."""

    boundary = ShapeField(label=_("Border"), required=False)
    file = forms.FileField(label=_("or a file with it"), required=False, help_text=_(".geojson, .json or .wkt"))
    neighbours_follow = forms.BooleanField(
        label=_("Neighbours give and take the ground"),
        required=False,
        initial=True,
        help_text=_("So no gap and no overlap appears. Without it, ground of a neighbour is refused."),
    )
    field_order: Any = ("boundary", "file", "neighbours_follow", "reason")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        file = cleaned.pop("file", None)
        if file is not None and not cleaned.get("boundary"):
            text = None
            if file.size <= LARGEST:
                with contextlib.suppress(UnicodeDecodeError):
                    text = file.read().decode("utf-8-sig")
            if text is None:
                raise ValidationError({"file": _("This is no text file of up to 1 MB.")})
            cleaned["boundary"] = text
        if not cleaned.get("boundary") and "boundary" not in self.errors:
            raise ValidationError({"boundary": _("Draw or paste the border, or choose a file.")})
        return cleaned


class DrawForm(BorderForm):
    """A new grid."""

    name = forms.CharField(label=_("Name of the grid"), max_length=64)
    code = forms.CharField(label=_("Code"), max_length=15, help_text=_("15 digits. The next free one is filled in."))
    field_order: Any = ("name", "code", "boundary", "file", "neighbours_follow", "reason")


class SplitForm(ReasonForm):
    """A line, and what the new grid is called."""

    line = ShapeField(label=_("Line that splits it"))
    name = forms.CharField(label=_("Name of the new grid"), max_length=64)
    code = forms.CharField(
        label=_("Code of the new grid"), max_length=15, help_text=_("15 digits. The next free one is filled in.")
    )
    field_order: Any = ("line", "name", "code", "reason")


class GridsField(forms.ModelMultipleChoiceField):
    """Grids by name and number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.code[12:]}"


class GridField(forms.ModelChoiceField):
    """A grid by name and number."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} {obj.code[12:]}"


class MergeForm(ReasonForm):
    """The grids that this one takes in."""

    others = GridsField(
        label=_("Grids that become part of it"), queryset=Grid.objects.none(), widget=forms.CheckboxSelectMultiple
    )
    field_order: Any = ("others", "reason")

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["others"].queryset = others  # type: ignore[attr-defined]


class MoveForm(ReasonForm):
    """Buildings, and the grid that they go to."""

    buildings = forms.TypedMultipleChoiceField(
        label=_("Buildings"), widget=forms.CheckboxSelectMultiple, coerce=uuid.UUID
    )
    to = GridField(label=_("Go to the grid"), queryset=Grid.objects.none())
    field_order: Any = ("to", "buildings", "reason")

    def __init__(self, *args: Any, grids: Any, buildings: list[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = grids  # type: ignore[attr-defined]
        self.fields["buildings"].choices = [(str(row.pk), selectors.label(row)) for row in buildings]  # type: ignore[attr-defined]


class PlaceForm(ReasonForm):
    """Where one building stands."""

    longitude = forms.FloatField(label=_("Longitude"), help_text=_("Degrees east, such as 114.05786"))
    latitude = forms.FloatField(label=_("Latitude"), help_text=_("Degrees north, such as 22.54310"))
    field_order: Any = ("longitude", "latitude", "reason")


class PlacesForm(ReasonForm):
    """Where many buildings stand, as copied from a spreadsheet."""

    lines = forms.CharField(
        label=_("Addresses and coordinates"),
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false"}),
        help_text=_("One building a line: address, longitude, latitude, divided by tabs or commas."),
    )
    field_order: Any = ("lines", "reason")
