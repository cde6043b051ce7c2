"""Forms of the end of a census."""

from django import forms
from django.utils.translation import gettext_lazy as _


class EndMatchingForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("For the log: for example, that all cases are decided and the estimates stand."),
    )
    sure = forms.BooleanField(label=_("I know that nothing brings the resident numbers back"))
