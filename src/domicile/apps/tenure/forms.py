"""Forms of rentals, owners and managers."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.forms.base import ChangeForm, DayInput, not_in_future
from domicile.apps.places.words import use as use_word
from domicile.apps.tenure import words
from domicile.apps.tenure.actions import AFTERWARDS
from domicile.apps.tenure.models import Holding, Rental
from domicile.core.codes.phones import PhoneError, parse_phone

SAFETY = ((Rental.Safety.SIGNED.value, _("signed")), (Rental.Safety.UNSIGNED.value, _("not signed yet")))
SOMEBODY_ELSE = "other"
RENTAL = words.LABELS["tenure_rental"]
Pairs = Sequence[tuple[str, Any]]


def day(label: Any, **kwargs: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput, required=kwargs.pop("required", False), **kwargs)


def number_field() -> forms.CharField:
    return forms.CharField(
        label=_("Document number"), max_length=40, required=False,
        help_text=_("Not needed. With it somebody on file here is found."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip


def phone_field(label: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "off", "inputmode": "tel"})
    return forms.CharField(label=label, max_length=40, required=False, widget=widget)


class ContractForm(ChangeForm):
    """Who rents, and the contract; what adding and correcting share."""

    tenant_ids = forms.MultipleChoiceField(
        label=_("Tenants who live here"), required=False, widget=forms.CheckboxSelectMultiple
    )
    tenants = forms.CharField(
        label=_("Other tenants"), required=False, max_length=1000,
        help_text=_("One a line: the name, then the phone when known."),
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
    )  # fmt: skip
    part = forms.CharField(
        label=RENTAL["part"], max_length=40, required=False,
        help_text=_("Which room, when only a part is let. Leave empty for the whole dwelling."),
    )  # fmt: skip
    contract_start = day(RENTAL["contract_start"])
    last_day = day(
        _("Contract until, the last day"), help_text=_("As on the paper. Leave empty for a contract without an end.")
    )
    safety = forms.ChoiceField(label=RENTAL["safety"], choices=SAFETY, widget=forms.RadioSelect)

    def __init__(self, *args: Any, residents: Iterable[tuple[Any, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(key.hex, name or _("no name yet")) for key, name in residents]
        self.fields["tenant_ids"].choices = people  # type: ignore[attr-defined]
        if not people:
            del self.fields["tenant_ids"]
            self.fields["tenants"].label = _("Tenants")

    def clean_tenants(self) -> dict[str, str]:
        """Names with their phones."""
        found: dict[str, str] = {}
        for line in self.cleaned_data["tenants"].splitlines():
            text = " ".join(line.split())
            if not text:
                continue
            name, phone = text, ""
            if any(character.isdigit() for character in text):
                try:
                    read = parse_phone(text)
                except PhoneError as error:
                    raise forms.ValidationError(
                        _("“{text}” is not read as a name and a phone.").format(text=text)
                    ) from error
                name, phone = read.owner, read.number
            if not name:
                raise forms.ValidationError(_("Give the name of each tenant, not the phone alone."))
            found[name] = phone
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        last = values.get("last_day")
        values["contract_end"] = last + dt.timedelta(days=1) if last else None
        if not values.get("tenant_ids") and not values.get("tenants") and not values.get("keep") and not self.errors:
            self.add_error("tenants", _("Name at least one tenant."))
        return values


class AddRentalForm(ContractForm):
    landlord = forms.ChoiceField(label=RENTAL["landlord_id"], widget=forms.RadioSelect)
    landlord_name = forms.CharField(label=_("Name of the landlord"), max_length=120, required=False)
    landlord_phone = phone_field(_("Phone of the landlord"))
    landlord_number = number_field()
    last_visit = day(RENTAL["last_visit"])
    field_order = (
        "landlord", "landlord_name", "landlord_phone", "landlord_number", "tenant_ids", "tenants", "part",
        "contract_start", "last_day", "safety", "last_visit", "reason",
    )  # fmt: skip

    def __init__(self, *args: Any, landlords: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["landlord_number"].label = _("Document number of the landlord")
        if landlords:
            self.fields["landlord"].choices = [*landlords, (SOMEBODY_ELSE, _("somebody else, named below"))]  # type: ignore[attr-defined]
            self.fields["landlord"].initial = landlords[0][0]
        else:
            del self.fields["landlord"]
            self.fields["landlord_name"].required = True
        self.fields["last_visit"].initial = self.fields["contract_start"].initial = timezone.localdate()
        self.fields["reason"].initial = _("Contract seen at the door")

    def clean_last_visit(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["last_visit"])

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if values.get("landlord") == SOMEBODY_ELSE and not values.get("landlord_name"):
            self.add_error("landlord_name", _("Choose the landlord, or give the name."))
        return values


class CorrectRentalForm(ContractForm):
    keep = forms.MultipleChoiceField(
        label=_("Tenants on file"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Take the mark away from who does not rent any more."),
    )  # fmt: skip
    safety_signed_on = day(RENTAL["safety_signed_on"])
    field_order = ("keep", "tenant_ids", "tenants", "part", "contract_start", "last_day", "safety",
                   "safety_signed_on", "reason")  # fmt: skip

    def __init__(self, *args: Any, held: Pairs, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["keep"].choices = held  # type: ignore[attr-defined]
        self.fields["safety"].choices = [*SAFETY, (Rental.Safety.UNKNOWN.value, words.SAFETY["unknown"])]  # type: ignore[attr-defined]
        if "tenant_ids" in self.fields:
            self.fields["tenant_ids"].label = _("Further tenants who live here")
        self.fields["tenants"].label = _("Other tenants")


class ExtendForm(ChangeForm):
    last_day = day(
        _("New last day of the contract"), help_text=_("As on the paper. Leave empty for a contract without an end.")
    )
    field_order = ("last_day", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].initial = _("New contract seen at the door")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        last = values.get("last_day")
        values["contract_end"] = last + dt.timedelta(days=1) if last else None
        return values


class EndRentalForm(ChangeForm):
    ended_on = day(_("First day on which it is not let"), required=True)
    use = forms.ChoiceField(label=_("The dwelling is then"), widget=forms.RadioSelect)
    field_order = ("ended_on", "use", "reason")

    def __init__(self, *args: Any, asks_use: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ended_on"].initial = timezone.localdate()
        if asks_use:
            self.fields["use"].choices = [(use.value, use_word(use.value)) for use in AFTERWARDS]  # type: ignore[attr-defined]
        else:
            del self.fields["use"]

    def clean_ended_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["ended_on"])


class VisitForm(ChangeForm):
    visited_on = day(_("Day of the visit"), required=True)
    safety = forms.ChoiceField(label=RENTAL["safety"], widget=forms.RadioSelect, required=False)
    field_order = ("visited_on", "safety", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visited_on"].initial = timezone.localdate()
        self.fields["safety"].choices = [("", _("as on file")), *SAFETY]  # type: ignore[attr-defined]
        self.fields["reason"].initial = _("Door visit to a let dwelling")

    def clean_visited_on(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["visited_on"])


class ChangeHolderForm(ChangeForm):
    role = forms.ChoiceField(label=_("Who is it"), choices=words.ROLES.items, widget=forms.RadioSelect)
    person = forms.ChoiceField(label=_("Somebody who lives here"), required=False)
    name = forms.CharField(
        label=_("Name of the person or unit"), max_length=120, required=False,
        help_text=_("Only when nobody is chosen above."),
    )  # fmt: skip
    phone = phone_field(_("Phone"))
    number = number_field()
    share = forms.CharField(
        label=words.LABELS["tenure_holding"]["share"], max_length=7, required=False,
        help_text=_("Only where several own it together."), widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )  # fmt: skip
    start = day(words.LABELS["tenure_holding"]["start"])
    replaces = forms.MultipleChoiceField(
        label=_("In place of"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Who owns or manages it no longer from that day on."),
    )  # fmt: skip
    field_order = ("role", "person", "name", "phone", "number", "share", "start", "replaces", "reason")

    def __init__(
        self, *args: Any, residents: Iterable[tuple[Any, str]], held: Sequence[tuple[Holding, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.held = {row.pk.hex: row for row, _name in held}
        self.fields["role"].initial = Holding.Role.OWNER
        people = [(key.hex, name or _("no name yet")) for key, name in residents]
        self.fields["person"].choices = [("", _("nobody of them")), *people]  # type: ignore[attr-defined]
        if not people:
            del self.fields["person"]
            self.fields["name"].help_text = ""
        self.fields["replaces"].choices = [  # type: ignore[attr-defined]
            (row.pk.hex, f"{words.ROLES[row.role]} {name}") for row, name in held
        ]
        if not held:
            del self.fields["replaces"]

    def clean_start(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["start"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("person") and not values.get("name"):
            self.add_error("name", _("Choose somebody, or give the name."))
        role = values.get("role")
        if any(self.held[key].role != role for key in values.get("replaces", ()) if key in self.held):
            self.add_error("replaces", _("An owner takes the place of an owner, a manager that of a manager."))
        return values


class EndHoldingForm(ChangeForm):
    end = day(_("First day on which it is not theirs"), required=True)
    field_order = ("end", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end"].initial = timezone.localdate()

    def clean_end(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["end"])
