"""Forms of certificates and of applications for a permit."""

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.certificates import words
from domicile.apps.certificates.models import Certificate, PermitApplication
from domicile.apps.certificates.selectors.sayable import FULL, SHORT, Chosen, Sayable
from domicile.apps.people.forms.base import ChangeForm, DayInput, not_in_future
from domicile.apps.people.selectors.words import coded
from domicile.core import certificates as core

#: What the field of each part is called where it is said in full.
IN_FULL = _("the number in full")
BY_HAND = (Certificate.Ended.ASKED, Certificate.Ended.LOST, Certificate.Ended.WRONG)


class IssueForm(ChangeForm):
    """What the holder ticks. Nothing is ticked beforehand."""

    asked_by = forms.ChoiceField(
        label=_("Asked for by"), choices=list(words.ASKED_BY.items()), widget=forms.RadioSelect,
        initial=Certificate.AskedBy.PERSON,
    )  # fmt: skip
    sex = forms.BooleanField(label=words.LABELS["sex"], required=False)
    since = forms.BooleanField(label=words.LABELS["since"], required=False)
    marital = forms.BooleanField(label=words.LABELS["marital"], required=False)
    members = forms.MultipleChoiceField(
        label=words.LABELS["members"], required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Each one only when the holder wants them named."),
    )  # fmt: skip
    field_order = ("asked_by", "registered", "residence", "since", "birth", "sex", "document", "marital", "members",
                   "reason")  # fmt: skip

    def __init__(self, *args: Any, found: Sayable, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].initial = _("Asked for at the counter")
        for name, parts in (
            ("registered", found.registered), ("residence", found.residence),
            ("birth", {key: words.birth(text) for key, text in found.births.items()}),
            ("document", found.documents | ({FULL: str(IN_FULL)} if FULL in found.documents else {})),
        ):  # fmt: skip
            if parts:
                self.fields[name] = _how_much(words.LABELS[name], parts)
        for name, text in (
            ("sex", coded("sex", found.sex)), ("marital", coded("marital", found.marital)),
            ("since", found.since.isoformat() if found.since and found.residence else ""),
        ):  # fmt: skip
            if text:
                self.fields[name].label = f"{words.LABELS[name]}: {text}"
            else:
                del self.fields[name]
        if found.members:
            self.fields["members"].choices = [  # type: ignore[attr-defined]
                (str(key), f"{name} · {coded('relation', relation)}") for key, relation, name in found.members
            ]
        else:
            del self.fields["members"]
        self.order_fields(self.field_order)

    def chosen(self) -> Chosen:
        """What was ticked."""
        values = self.cleaned_data
        return Chosen(
            sex=values.get("sex", False), birth=values.get("birth", ""), document=values.get("document", ""),
            registered=values.get("registered", ""), residence=values.get("residence", ""),
            since=values.get("since", False), marital=values.get("marital", False),
            members=tuple(uuid.UUID(key) for key in values.get("members", ())),
        )  # fmt: skip


def _how_much(label: Any, parts: Mapping[str, str]) -> forms.ChoiceField:
    shown = [("", _("not said")), *((key, parts[key]) for key in (SHORT, FULL) if key in parts)]
    return forms.ChoiceField(label=label, choices=shown, required=False, widget=forms.RadioSelect, initial="")


def as_before(certificate: core.Certificate, found: Sayable) -> dict[str, Any]:
    """What to tick beforehand when a certificate is renewed: the same parts. In full only what it said in full, word for word."""

    def much(name: str, parts: Mapping[str, str]) -> str:
        said = getattr(certificate, name)
        return (FULL if said == parts.get(FULL) else SHORT if SHORT in parts else "") if said else ""

    names = {name for _relation, name in certificate.members}
    return {
        "sex": bool(certificate.sex),
        "since": certificate.since is not None,
        "marital": bool(certificate.marital),
        "birth": much("birth", found.births),
        "document": much("document", found.documents),
        "registered": much("registered", found.registered),
        "residence": much("residence", found.residence),
        "members": [str(key) for key, _relation, name in found.members if name in names],
    }


class EndForm(ChangeForm):
    """Why a certificate ends, and when."""

    why = forms.ChoiceField(
        label=_("Why it ends"),
        choices=[(key.value, words.ENDED[key.value]) for key in BY_HAND],
        widget=forms.RadioSelect,
    )
    day = forms.DateField(label=_("Not valid from this day on"), widget=DayInput)
    field_order = ("why", "day", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()

    def clean_day(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["day"])


class PermitForm(ChangeForm):
    """An application for a permit, as the person makes it."""

    ground = forms.ChoiceField(
        label=_("Which condition the person names"), choices=list(words.GROUNDS.items()), widget=forms.RadioSelect,
        initial=PermitApplication.Ground.HOME,
        help_text=_("Nothing of this is asked of somebody who only registers a stay."),
    )  # fmt: skip
    day = forms.DateField(label=_("Day of the application"), widget=DayInput)
    field_order = ("ground", "day", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].initial = timezone.localdate()
        self.fields["reason"].initial = _("Asked for at the counter")

    def clean_day(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["day"])


class PermitStepForm(ChangeForm):
    """What became of an application."""

    state = forms.ChoiceField(label=_("Progress of the application"), widget=forms.RadioSelect)
    day = forms.DateField(label=_("Day"), widget=DayInput)
    field_order = ("state", "day", "reason")

    def __init__(self, *args: Any, follows: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = follows  # type: ignore[attr-defined]
        self.fields["day"].initial = timezone.localdate()
        self.fields["reason"].label = _("Note")
        self.fields["reason"].help_text = _(
            "For example which papers are asked for. The person can read it. No numbers here."
        )

    def clean_day(self) -> dt.date | None:
        return not_in_future(self.cleaned_data["day"])
