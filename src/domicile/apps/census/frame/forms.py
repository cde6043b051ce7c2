"""Forms of the frame: a file, what is asked of a plan, where a building goes."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _


class FileForm(forms.Form):
    """One file of the frame."""

    file = forms.FileField(
        label=_("File of the frame"),
        help_text=_("xlsx or CSV, in the layout of the empty workbook. Addresses and counts only, no person."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.ods,.csv,.txt"}),
        error_messages={"required": _("Choose the file first."), "empty": _("The file is empty: save it and choose it again.")},
    )  # fmt: skip

    def __init__(self, *args: Any, too_big: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if too_big:
            limit = settings.UPLOAD_LIMIT // 1024 // 1024
            self.fields["file"].error_messages["required"] = _(
                "The file has {size} MB; at most {limit} MB can be uploaded. Split it by township."
            ).format(size=too_big // 1024 // 1024, limit=limit)


class WantedForm(forms.Form):
    """What is asked of a plan."""

    size = forms.IntegerField(label=_("People in an area"), min_value=10, max_value=5000)
    areas = forms.IntegerField(
        label=_("Number of areas"), min_value=1, max_value=999, required=False,
        help_text=_("Leave it empty to get it from the number of people."),
    )  # fmt: skip
    objective = forms.ChoiceField(
        label=_("Among plans of like size"),
        choices=(("compact", _("compact areas")), ("cuts", _("few neighbours parted"))),
        initial="compact",
    )
    keep = forms.BooleanField(label=_("Change as little as possible of today's areas"), required=False)
    seed = forms.IntegerField(
        label=_("Start of the search"), min_value=1, max_value=1_000_000, initial=1,
        help_text=_("Another number finds another plan; the same number finds the same one again."),
    )  # fmt: skip


class PaperForm(forms.Form):
    """On which paper maps are printed."""

    paper = forms.ChoiceField(label=_("Paper"), choices=(("a4", _("A4 upright")), ("a3", _("A3 across"))), initial="a4")
