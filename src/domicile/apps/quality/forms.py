"""Forms about findings."""

from django import forms
from django.utils.translation import gettext_lazy as _


class ExplainForm(forms.Form):
    """Why it is right as it is."""

    reason = forms.CharField(
        label=_("Why it is right as it is"), max_length=200,
        help_text=_("What you saw, or who told you, such as: identity card seen at the visit. No numbers."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
