"""Forms of the staff of a census."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from domicile.apps.census.staff.models import Recruit
from domicile.apps.census.staff.proposals import Proposal
from domicile.apps.census.staff.words import DUTIES
from domicile.apps.staffing.forms import Choices, day, line, to_id

NONE = ("", _("nobody yet"))


def duty() -> forms.ChoiceField:
    """What somebody is recruited for."""
    return forms.ChoiceField(
        label=_("Duty"), choices=list(DUTIES.items()), widget=forms.RadioSelect, initial=Recruit.Duty.ENUMERATOR
    )


class RecruitForm(forms.Form):
    """Somebody of the chain, or somebody new."""

    worker = forms.TypedChoiceField(
        label=_("Worker on file"), required=False, coerce=to_id, empty_value=None,
        help_text=_("Or leave it empty and name somebody new below."),
    )  # fmt: skip
    name = line(_("Real name"), 64, required=False)
    phone = line(_("Telephone"), 40, required=False, help_text=_("For the chain only; kept sealed."))
    account = forms.TypedChoiceField(
        label=_("Account"), required=False, coerce=to_id, empty_value=None,
        help_text=_("Work on the phone needs an account. It can be named later."),
    )  # fmt: skip
    duty = duty()
    reserve = forms.BooleanField(
        label=_("Reserve"), required=False, help_text=_("Trained like the others, and called when somebody drops out.")
    )
    near_code = forms.ChoiceField(
        label=_("Area that they know"),
        required=False,
        help_text=_("Areas near it are proposed first. It is no address."),
    )
    on = day(_("From"))

    def __init__(self, *args: Any, workers: Choices, accounts: Choices, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["near_code"].choices = places  # type: ignore[attr-defined]
        self.fields["account"].choices = [("", _("none")), *accounts]  # type: ignore[attr-defined]
        if workers:
            self.fields["worker"].choices = [("", _("somebody new")), *workers]  # type: ignore[attr-defined]
        else:
            del self.fields["worker"]

    def clean(self) -> dict[str, Any]:
        """One or the other."""
        values = {"worker": None, **(super().clean() or {})}
        if values["worker"] is None and not values.get("name", "").strip():
            self.add_error("name", _("Name somebody."))
        return values


class CorrectRecruitForm(forms.Form):
    """What can be corrected of a recruit."""

    duty = duty()
    reserve = forms.BooleanField(label=_("Reserve"), required=False)
    near_code = forms.ChoiceField(label=_("Area that they know"))

    def __init__(self, *args: Any, places: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["near_code"].choices = places  # type: ignore[attr-defined]


class SignedForm(forms.Form):
    """The day of a paper; empty takes it back."""

    on = day(
        _("Signed on"),
        required=False,
        help_text=_("Leave it empty if it is not signed. Areas and access then end at once."),
    )


class BadgeForm(forms.Form):
    """The day on which the badge was handed out; empty: it came back."""

    on = day(_("Handed out on"), required=False, help_text=_("Leave it empty when the badge came back."))


class CoverForm(forms.Form):
    """The accident cover."""

    insurer = line(_("Insured with"), 64, required=False)
    since = day(_("From"), required=False)
    until = day(_("First day not covered"), required=False, help_text=_("Leave all three empty where there is none."))


class DropOutForm(forms.Form):
    """From when somebody does not go on, and who takes over."""

    on = day(_("First day not there"))
    successor = forms.TypedChoiceField(
        label=_("Successor"), required=False, coerce=to_id, empty_value=None,
        help_text=_("Reserves stand first. Takes the areas and the open work; what is done stays with who did it."),
    )  # fmt: skip

    def __init__(self, *args: Any, successors: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].choices = [NONE, *successors]  # type: ignore[attr-defined]


class AssignForm(forms.Form):
    """Who asks in one area."""

    recruit = forms.TypedChoiceField(
        label=_("Enumerator"), coerce=to_id, help_text=_("In brackets: people expected in the areas held already.")
    )
    on = day(_("From"))

    def __init__(self, *args: Any, recruits: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["recruit"].choices = [("", _("choose")), *recruits]  # type: ignore[attr-defined]


class ProposalForm(forms.Form):
    """A proposal, to be changed by hand: for each area without anybody an enumerator, for each area a team, for each team a
    supervisor."""

    on = day(_("From"))

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposal = proposal
        people = [NONE, *((one.recruit.pk, one.worker.name) for one in proposal.fit)]
        leaders = [NONE, *((one.recruit.pk, one.worker.name) for one in proposal.fit_supervisors)]
        numbers = [(number, number) for number in range(1, len(proposal.supervisors) + 1)]
        for row in proposal.areas:
            code = row.area.code
            if not row.fixed:
                self.fields[f"who_{code}"] = _choice(_("Enumerator"), people, row.who.recruit.pk if row.who else None)
            self.fields[f"team_{code}"] = forms.TypedChoiceField(
                label=_("Team"), coerce=int, choices=numbers, initial=row.team, widget=control()
            )
        for number, one in enumerate(proposal.supervisors, start=1):
            self.fields[f"lead_{number}"] = _choice(
                _("Supervisor"), leaders, one.recruit.pk if one is not None else None
            )

    def rows(self) -> list[dict[str, Any]]:
        """Each area with its two fields."""
        return [
            {
                "row": row,
                "who": None if row.fixed else self[f"who_{row.area.code}"],
                "team": self[f"team_{row.area.code}"],
            }
            for row in self.proposal.areas
        ]

    def leaders(self) -> list[tuple[int, Any]]:
        """Each team with its field."""
        return [(number, self[f"lead_{number}"]) for number in range(1, len(self.proposal.supervisors) + 1)]

    def chosen(self) -> tuple[dict[str, uuid.UUID], list[tuple[Sequence[str], uuid.UUID | None]]]:
        """Areas by recruit, and the teams with their supervisors."""
        values = self.cleaned_data
        areas = {
            name.removeprefix("who_"): who
            for name, who in values.items()
            if name.startswith("who_") and who is not None
        }
        count = len(self.proposal.supervisors)
        teams: list[tuple[list[str], uuid.UUID | None]] = [
            ([], values[f"lead_{number}"]) for number in range(1, count + 1)
        ]
        for row in self.proposal.areas:
            teams[values[f"team_{row.area.code}"] - 1][0].append(row.area.code)
        return areas, [(codes, lead) for codes, lead in teams]


def control() -> forms.Select:
    """A choice within a table, of the size of those beside it."""
    return forms.Select(attrs={"class": "control"})


def _choice(label: Any, choices: Sequence[Any], initial: uuid.UUID | None) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label, required=False, coerce=to_id, empty_value=None, choices=choices, initial=initial, widget=control()
    )
