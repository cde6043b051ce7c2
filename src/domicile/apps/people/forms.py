"""Forms of changes to persons and households."""

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.models import Member
from domicile.core.codes.lists import code_list
from domicile.core.policy.corrections import evidence_needed

PAPERS = {
    "identity_document": _("identity document"),
    "household_register": _("household register"),
    "court_decision": _("court decision"),
    "hospital_certificate": _("hospital certificate"),
    "birth_certificate": _("birth certificate"),
    "transfer_paper": _("transfer paper"),
}
HEAD = "02"


def choices(name: str, empty: Any = "") -> list[tuple[str, Any]]:
    """Choices of a code list in the user's language, with an empty one first."""
    codes, language = code_list(name), "zh" if (get_language() or "zh").startswith("zh") else "en"
    return [("", empty), *((code, codes.name(code, language)) for code in codes.codes)]


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


class CorrectNameForm(ChangeForm):
    name = forms.CharField(label=_("Name as on the document"), max_length=64)
    evidence = forms.ChoiceField(label=_("Paper you saw"))
    keep_former = forms.BooleanField(label=_("The old name was used before: keep it as a former name"), required=False)
    field_order = ("name", "evidence", "keep_former", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        papers = evidence_needed("name", timezone.localdate())
        self.fields["evidence"].choices = [("", ""), *((paper, PAPERS[paper]) for paper in papers)]  # type: ignore[attr-defined]


class EndStayForm(ChangeForm):
    end = forms.DateField(label=_("First day no longer living here"), widget=DayInput)
    field_order = ("end", "new_head_id", "reason")

    def __init__(self, *args: Any, others: list[Member], leaves_as_head: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = others if leaves_as_head else []
        if self.others:
            people = [("", ""), *((str(other.person_id), other.person.name or _("no name yet")) for other in others)]
            self.fields["new_head_id"] = forms.ChoiceField(
                label=_("New head of the household"), choices=people,
                help_text=_("The head leaves and others stay: one of them becomes the head."),
            )  # fmt: skip
            for other in self.others:
                self.fields[f"relation_{other.person_id}"] = forms.ChoiceField(
                    label=_("{name}: relationship to the new head").format(name=other.person.name or _("no name yet")),
                    choices=[pair for pair in choices("relation", _("not known yet")) if pair[0] != HEAD],
                    required=False,
                )
        self.order_fields([*self.field_order[:-1], *(f"relation_{o.person_id}" for o in self.others), "reason"])

    def relations(self) -> dict[str, str]:
        """Person id → relationship to the new head, as far as given."""
        given = {str(other.person_id): self.cleaned_data.get(f"relation_{other.person_id}") for other in self.others}
        return {person: code for person, code in given.items() if code}


class AddMemberForm(ChangeForm):
    name = forms.CharField(
        label=_("Name"), max_length=64, required=False, help_text=_("Leave empty for a newborn without a name yet.")
    )
    relation = forms.ChoiceField(label=_("Relationship to the head"))
    sex = forms.ChoiceField(label=_("Sex"))
    birth_date = forms.DateField(label=_("Birth date"), widget=DayInput, required=False)
    document_kind = forms.ChoiceField(label=_("Document"), required=False)
    document_number = forms.CharField(
        label=_("Document number"), max_length=40, required=False,
        help_text=_("Not needed to be registered. Small children often have none."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text", "spellcheck": "false"}),
    )  # fmt: skip
    phone = forms.CharField(
        label=_("Phone"), max_length=40, required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"}),
    )  # fmt: skip
    since = forms.DateField(label=_("Living here since"), widget=DayInput, required=False)
    reason_code = forms.ChoiceField(label=_("Reason for coming"), required=False)
    registered = forms.ChoiceField(
        label=_("Household registration"),
        choices=[
            ("unknown", _("not known yet")), ("here", _("in this dwelling")), ("elsewhere", _("elsewhere")),
            ("abroad", _("abroad")), ("nowhere", _("nowhere")),
        ],
    )  # fmt: skip
    registered_text = forms.CharField(label=_("Registered address, when elsewhere"), max_length=160, required=False)
    field_order = ("name", "relation", "sex", "birth_date", "document_kind", "document_number", "phone", "since",
                   "reason_code", "registered", "registered_text", "reason")  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        listed = {
            "relation": "relation",
            "sex": "sex",
            "document_kind": "document_kind",
            "reason_code": "inflow_reason",
        }
        for field, name in listed.items():
            self.fields[field].choices = choices(name)  # type: ignore[attr-defined]

    def clean_birth_date(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["birth_date"])

    def clean_since(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["since"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("registered") == "elsewhere" and not values.get("registered_text"):
            self.add_error("registered_text", _("Say where: the address on the household register."))
        return values


def not_in_future(day: dt.date | None) -> dt.date | None:
    """The day itself; raises ValidationError when it lies ahead."""
    if day is not None and day > timezone.localdate():
        raise forms.ValidationError(_("This day lies in the future."))
    return day
