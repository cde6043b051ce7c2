"""Forms about other registers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.peers.builtin import NOTE_LENGTH
from domicile.apps.peers.cards import LONGEST

SHORTEST_CODE = 12


class OwnForm(forms.Form):
    """What others know of this register."""

    name = forms.CharField(label=_("Name of this register"), max_length=64)
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        required=False,
        help_text=_("Where other registers reach it, like https://register.example.org. Empty where there is no line."),
    )
    areas = forms.CharField(
        label=_("Answers for"),
        help_text=_("What this register answers for: 2, 4, 6, 9 or 12 digits each, with blanks between."),
    )

    def clean_areas(self) -> list[str]:
        """One code each."""
        return str(self.cleaned_data["areas"]).replace(",", " ").split()


class CardForm(forms.Form):
    """The card of another register."""

    card = forms.CharField(
        label=_("Card of the other register"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
        help_text=_("The whole text that its administrators sent, with the brackets."),
    )


class ConfirmForm(forms.Form):
    """That the fingerprint was compared, and which one the page showed."""

    fingerprint = forms.CharField(max_length=64, widget=forms.HiddenInput)

    compared = forms.BooleanField(
        label=_("I have compared the fingerprint by telephone, with a number that did not come with the card")
    )


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(label=_("Reason"), max_length=200, widget=forms.Textarea(attrs={"rows": 3}))


class NoticeForm(forms.Form):
    """A plain notice."""

    text = forms.CharField(
        label=_("Notice"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Its administrators read it. Name nobody; long numbers are taken out."),
    )


class CodeForm(forms.Form):
    """The code that seals a file."""

    code = forms.CharField(
        label=_("Code of the file"),
        min_length=SHORTEST_CODE,
        max_length=100,
        help_text=_("At least 12 characters. Tell it by telephone, never with the file."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FileForm(CodeForm):
    """A file of another register."""

    file = forms.FileField(label=_("File"))
    field_order = ("file", "code")
