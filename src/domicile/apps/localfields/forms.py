"""Forms of local fields."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.localfields.models import LocalField
from domicile.apps.localfields.words import KINDS, SUBJECTS

SHORT = {"autocomplete": "off"}
MARKS = ("=", "＝")


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _text(label: Any, length: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=length, help_text=help_text, widget=forms.TextInput(attrs=SHORT))


class NewFieldForm(forms.Form):
    """What a proposed field is, whom it serves, and until when."""

    scope = forms.ChoiceField(label=_("For the area"))
    subject_kind = forms.ChoiceField(
        label=_("Entered for"), choices=list(SUBJECTS.items()), initial="person", widget=forms.RadioSelect
    )
    label_zh = _text(_("Name of the field in Chinese"), 40, _("As it stands on the form at the door: 需要送餐."))
    label_en = _text(_("Name of the field in English"), 80, _("Needs meals brought"))
    kind = forms.ChoiceField(
        label=_("What is entered"), choices=list(KINDS.items()), initial="yes_no", widget=forms.RadioSelect
    )
    choices = forms.CharField(
        label=_("Answers to choose from"), required=False, widget=forms.Textarea(attrs={"rows": 4, **SHORT}),
        help_text=_("Only for “one of a list”. One a line, Chinese = English: 午餐 = Lunch"),
    )  # fmt: skip
    service = _text(_("Service it is for"), 120, _("Which service needs it, and who gives it."))
    purpose = _text(_("Why it is needed"), 200, _("What is done with the answer. Everybody can read this."))
    start = forms.DateField(label=_("First day"), widget=DayInput)
    end = forms.DateField(
        label=_("Last day"), widget=DayInput, help_text=_("After it, all that was entered is erased.")
    )

    def __init__(self, *args: Any, scopes: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
        self.fields["start"].initial = timezone.localdate()
        if len(scopes) == 1:
            self.fields["scope"].initial = scopes[0][0]

    def clean_choices(self) -> tuple[tuple[str, str], ...]:
        """The answers as pairs."""
        found = []
        for line in str(self.cleaned_data["choices"]).splitlines():
            if line.strip():
                text = line.replace(MARKS[1], MARKS[0])
                zh, mark, en = text.partition(MARKS[0])
                if not mark or not zh.strip() or not en.strip():
                    raise forms.ValidationError(_("Write each answer as Chinese = English, and short."))
                found.append((zh.strip(), en.strip()))
        if self.cleaned_data.get("kind") == LocalField.Kind.CHOICE and not found:
            raise forms.ValidationError(_("Write the answers to choose from, one a line; other kinds have none."))
        return tuple(found)

    def clean_end(self) -> dt.date:
        """The first day on which it holds no longer."""
        return dt.date.fromordinal(self.cleaned_data["end"].toordinal() + 1)


class NoteForm(forms.Form):
    """A decision with a word about it."""

    note = forms.CharField(
        label=_("Note"), max_length=200, required=False, widget=forms.TextInput(attrs=SHORT),
        help_text=_("The proposer reads it. No numbers here."),
    )  # fmt: skip


class PaperForm(NoteForm):
    """The paper by which an office above the county approved a field."""

    authority = _text(_("Office that approved it"), 80, _("As it stands on the paper: 某某市民政局."))
    document = _text(_("Number of the paper"), 60, _("As it stands on the paper: 某民发〔2026〕12号."))
    document_date = forms.DateField(label=_("Day of the paper"), widget=DayInput)

    field_order = ("authority", "document", "document_date", "note")
