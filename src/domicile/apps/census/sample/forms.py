"""How the sample is drawn."""

import secrets
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.census.sample.models import SampleDraw

STRATA = {
    SampleDraw.Strata.TOWNSHIP.value: _("each township has a start of its own"),
    SampleDraw.Strata.COMMUNITY.value: _("each census area has a start of its own"),
    SampleDraw.Strata.WHOLE.value: _("one start for the whole census"),
}
TEN = 10


class DrawForm(forms.Form):
    """Interval, strata, seed; a reason where it is drawn anew."""

    interval = forms.IntegerField(
        label=_("One of how many households"), min_value=2, max_value=100, initial=TEN,
        help_text=_("10 draws ten percent; each household drawn then stands for ten."),
    )  # fmt: skip
    strata = forms.ChoiceField(label=_("Where a start is drawn"), choices=STRATA.items(), widget=forms.RadioSelect)
    seed = forms.IntegerField(
        label=_("Seed"), min_value=0, max_value=10**18 - 1,
        help_text=_("From this number all starts follow. Draw it in public, for instance with dice, or take the one offered."),
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Why the sample is drawn anew"), max_length=200, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, anew: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["seed"].initial = secrets.randbelow(10**9)
        self.fields["strata"].initial = SampleDraw.Strata.TOWNSHIP
        if not anew:
            del self.fields["reason"]
