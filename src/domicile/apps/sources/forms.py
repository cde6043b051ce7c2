"""Forms of lists: the file with its time and area, its columns, why it is right, how a row came out."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.forms.base import DayInput
from domicile.apps.sources.models import ListRow
from domicile.apps.sources.registry import Source

LANGUAGE = "zh"


class LoadForm(forms.Form):
    """One file. `headers`: its heads, where its columns could not be recognised; then each is asked for."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("xlsx, xls, ods or CSV, as it comes. Title rows and any order of columns are fine."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        error_messages={"required": _("Choose the file first."), "empty": _("The file is empty: save it and choose it again.")},
    )  # fmt: skip
    scope = forms.ChoiceField(label=_("Area that the list covers"))
    begin = forms.DateField(label=_("First day"), widget=DayInput)
    last = forms.DateField(label=_("Last day"), widget=DayInput)
    heads = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, source: Source, scopes: Sequence[tuple[str, str]], headers: Sequence[str] = (),
        found: Mapping[str, str] | None = None, too_big: int = 0, **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
        if source.period == "moment":
            del self.fields["last"]
            self.fields["begin"].label = _("Day on which it is so")
        if too_big:
            self.fields["file"].error_messages["required"] = _(
                "The file is too large to be uploaded (at most {limit} MB): save it as CSV, or ask the administrator to load it "
                "by the command."
            ).format(limit=settings.UPLOAD_LIMIT // 1024 // 1024)
        posted = self.data.get("heads", "") if self.is_bound else ""
        heads = list(headers) or [head for head in posted.split("\x1f") if head]
        self.asks_columns = bool(heads)
        language = get_language() or LANGUAGE
        for column in source.columns if heads else ():
            self.fields[f"column_{column.name}"] = forms.ChoiceField(
                label=source.label(column.name, language), required=column.required,
                choices=[("", _("not in this file")), *((head, head) for head in heads)],
                initial=(found or {}).get(column.name, ""),
            )  # fmt: skip
        self.fields["heads"].initial = "\x1f".join(heads)

    def columns(self) -> dict[str, str]:
        """Field -> head, where they were asked for."""
        pairs = (
            (name.removeprefix("column_"), value)
            for name, value in self.cleaned_data.items()
            if name.startswith("column_")
        )
        return {name: head for name, head in pairs if head}

    def days(self) -> tuple[dt.date, dt.date]:
        """The days [begin, end)."""
        begin = self.cleaned_data["begin"]
        return begin, self.cleaned_data.get("last", begin) + dt.timedelta(days=1)


class CompareForm(forms.Form):
    """Why a list is right although something about it is odd."""

    answer = forms.CharField(label=_("It is right, because"), max_length=200)

    def __init__(self, *args: Any, asks: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks:
            del self.fields["answer"]


class AnswerForm(forms.Form):
    """How a row came out, without a change of the register."""

    outcome = forms.ChoiceField(
        label=_("What is so"), widget=forms.RadioSelect,
        choices=[
            (ListRow.Outcome.WRONG.value, _("The list is wrong")),
            (ListRow.Outcome.ELSEWHERE.value, _("It is another county's")),
        ],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why, in a sentence"),
        max_length=200,
        help_text=_("No numbers here. The next list of this source knows it."),
    )


class VisitForm(forms.Form):
    """A visit of the door."""

    due_on = forms.DateField(label=_("To be done by"), widget=DayInput)
    reason = forms.CharField(
        label=_("What to find out"), max_length=200,
        help_text=_("The visitor and the residents can read it: name nobody and no number."),
    )  # fmt: skip
