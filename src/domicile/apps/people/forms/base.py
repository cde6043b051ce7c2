"""What all forms of changes share, and the two oldest of them."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.models import HEAD, Member
from domicile.core.codes.lists import code_list
from domicile.core.policy.corrections import evidence_needed

PAPERS = {
    "identity_document": _("identity document"),
    "household_register": _("household register"),
    "court_decision": _("court decision"),
    "hospital_certificate": _("hospital certificate"),
    "birth_certificate": _("birth certificate"),
    "transfer_paper": _("transfer paper"),
    "death_certificate": _("death certificate"),
}
# The relationships that are met at most doors stand first.
OFTEN = ("10", "20", "30", "51", "52", "38", "28", "41", "42", "43", "44", "70", "97", "99")


def choices(name: str, empty: Any = "") -> list[tuple[str, Any]]:
    """Choices of a code list in the user's language, with an empty one first."""
    codes, language = code_list(name), "zh" if (get_language() or "zh").startswith("zh") else "en"
    return [("", empty), *((code, codes.name(code, language)) for code in codes.codes)]


def sex_choices() -> list[tuple[str, Any]]:
    """The sexes, the two that are met first; an empty choice before all."""
    empty, *named = choices("sex")
    return [empty, *sorted(named, key=lambda pair: (pair[0] not in {"1", "2"}, pair[0]))]


def relation_choices(empty: Any) -> list[tuple[Any, Any]]:
    """Relationships to the head, the frequent ones first, the head left out."""
    named = [pair for pair in choices("relation") if pair[0] not in {"", HEAD, "01"}]
    first = sorted((pair for pair in named if pair[0] in OFTEN), key=lambda pair: OFTEN.index(pair[0]))
    return [
        ("", empty),
        (_("Frequent"), first),
        (_("All others"), [pair for pair in named if pair[0] not in OFTEN]),
    ]


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class ChangeForm(forms.Form):
    """Every change says why."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=200,
        help_text=_("Kept in the history; the resident can read it. No numbers here."),
    )

    def clean_reason(self) -> str:
        text = str(self.cleaned_data["reason"]).strip()
        if sum(character.isdigit() for character in text) >= 11:
            raise forms.ValidationError(_("This looks like it holds a number. Leave identity and phone numbers out."))
        return text


def paper_field(item: str) -> forms.ChoiceField | None:
    """The question which paper was seen, where the dated table asks for one."""
    papers = evidence_needed(item, timezone.localdate())
    if not papers:
        return None
    return forms.ChoiceField(label=_("Paper you saw"), choices=[("", ""), *((key, PAPERS[key]) for key in papers)])


def name_of(member: Member) -> Any:
    """A member's name in a list of choices."""
    return member.person.name or _("no name yet")


class CorrectNameForm(ChangeForm):
    name = forms.CharField(label=_("Name as on the document"), max_length=64)
    evidence = forms.ChoiceField(label=_("Paper you saw"))
    keep_former = forms.BooleanField(label=_("The old name was used before: keep it as a former name"), required=False)
    field_order = ("name", "evidence", "keep_former", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = evidence_needed("name", timezone.localdate())
        self.fields["evidence"].choices = [("", ""), *((paper, PAPERS[paper]) for paper in papers)]  # type: ignore[attr-defined]


def not_in_future(day: dt.date | None) -> dt.date | None:
    """The day itself; raises ValidationError when it lies ahead."""
    if day is not None and day > timezone.localdate():
        raise forms.ValidationError(_("This day lies in the future."))
    return day
