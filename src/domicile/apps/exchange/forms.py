"""Forms of the import wizard."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from domicile.apps.exchange import batches
from domicile.apps.exchange.detection import Detection
from domicile.apps.exchange.official.writers import LABELS


class UploadForm(forms.Form):
    """One file; its layout is recognised unless named."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("xlsx, xls, ods or CSV, as it comes. Title rows and any order of columns are fine."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        error_messages={"required": _("Choose the file first."), "empty": _("The file is empty: save it and choose it again.")},
    )  # fmt: skip
    layout = forms.ChoiceField(label=_("Layout"), required=False)
    source = forms.CharField(
        label=_("Where it comes from"), max_length=64, required=False,
        help_text=_("For example the community's name. The same content from the same source is loaded once."),
    )  # fmt: skip

    def __init__(self, *args: Any, too_big: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = [("", _("recognise it")), *batches.layouts()]  # type: ignore[attr-defined]
        if too_big:
            limit = settings.UPLOAD_LIMIT // 1024 // 1024
            self.fields["file"].error_messages["required"] = _(
                "The file has {size} MB; at most {limit} MB can be uploaded. Split it by community, save it as CSV, or "
                "ask the administrator to load it with the import command."
            ).format(size=too_big // 1024 // 1024, limit=limit)


class ColumnMapForm(forms.Form):
    """Which column of the file is which of the layout."""

    def __init__(self, *args: Any, detection: Detection, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        headers = [("", _("not in this file")), *((header, header) for header in detection.headers)]
        for column in detection.columns:
            self.fields[f"column_{column.name}"] = forms.ChoiceField(
                label=column.label, choices=headers, initial=column.header, required=column.required,
                error_messages={"required": _("This column is needed: choose the column of the file that holds it.")},
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        chosen: dict[str, str] = {}
        for name, header in list(values.items()):
            if header and header in chosen:
                self.add_error(name, _("This column of the file is chosen twice."))
            chosen[header] = name
        return values

    def column_map(self) -> dict[str, str]:
        """Column name → header."""
        pairs = ((name.removeprefix("column_"), header) for name, header in self.cleaned_data.items())
        return {name: header for name, header in pairs if header}


class SavedMapForm(forms.Form):
    """The name of a saved map, and whom it serves."""

    name = forms.CharField(label=_("Name"), max_length=64, error_messages={"required": _("Give the map a name.")})
    scope = forms.ChoiceField(
        label=_("Shared with"), required=False,
        help_text=_("Everybody who imports for this area, or for a part of it, can use the map."),
    )  # fmt: skip

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = [("", _("nobody")), *scopes]  # type: ignore[attr-defined]


class ExportForm(forms.Form):
    """Which sheet, of which area, as which kind of file."""

    layout = forms.ChoiceField(label=_("Layout"))
    place = forms.ChoiceField(label=_("Area"))
    form = forms.ChoiceField(label=_("Kind of file"), choices=list(LABELS.items()))
    local_fields = forms.BooleanField(
        label=_("With the local fields in force there"),
        required=False,
        help_text=_("Behind the official columns of people, dwellings and rentals. An import leaves them out."),
    )

    def __init__(
        self, *args: Any, layouts: list[tuple[str, str]], places: list[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["layout"].choices = layouts  # type: ignore[attr-defined]
        self.fields["place"].choices = places  # type: ignore[attr-defined]
