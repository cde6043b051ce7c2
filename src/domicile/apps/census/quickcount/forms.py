"""What is brought in to be compared with."""

from django import forms
from django.utils.translation import gettext_lazy as _


class TotalsForm(forms.Form):
    """Totals of another source by area."""

    source = forms.CharField(
        label=_("Source"), max_length=40, help_text=_("For instance: registration at the end of October.")
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or xlsx with the columns 区划代码 (area code) and 人口 (people), perhaps 户数 (households)."),
    )
