"""Forms of the chain."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.staffing.bank import Question
from domicile.apps.staffing.words import MEETINGS, SITES

SHORT = {"autocomplete": "off"}
Choices = Sequence[tuple[Any, Any]]
NOBODY = ("", _("nobody yet"))


class DayInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day(label: Any, *, required: bool = True, help_text: Any = "") -> forms.DateField:
    """A day, today unless it may be left out."""
    initial = timezone.localdate if required else None
    return forms.DateField(label=label, widget=DayInput, required=required, help_text=help_text, initial=initial)


def line(label: Any, length: int, *, required: bool = True, help_text: Any = "") -> forms.CharField:
    """A text of one line."""
    return forms.CharField(
        label=label, max_length=length, required=required, help_text=help_text, widget=forms.TextInput(attrs=SHORT)
    )


def to_id(value: str) -> uuid.UUID | None:
    """The id that a choice stands for; None for the empty one."""
    return uuid.UUID(value) if value else None


def given_id(value: str) -> uuid.UUID | None:
    """The id in an address, None for what is none."""
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


def to_house(value: str) -> tuple[uuid.UUID, str]:
    """The building and the entrance that a choice stands for."""
    building, _mark, entrance = value.partition("|")
    return uuid.UUID(building), entrance


class WorkerForm(forms.Form):
    """Somebody of the chain."""

    name = line(_("Real name"), 64)
    phone = line(_("Telephone"), 40, required=False, help_text=_("For the chain only; kept sealed."))
    since = day(_("First day"))
    account = forms.TypedChoiceField(
        label=_("Account"), required=False, coerce=to_id, empty_value=None,
        help_text=_("Tasks on the phone need an account. It can be named later."),
    )  # fmt: skip

    def __init__(self, *args: Any, accounts: Choices, has_phone: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].choices = [("", _("none")), *accounts]  # type: ignore[attr-defined]
        if has_phone:
            self.fields["phone"].help_text = _("Leave it empty to keep the number on file.")


class LeftForm(forms.Form):
    """The day from which a worker is not there."""

    on = day(_("First day not there"))


class PostForm(forms.Form):
    """A post of a role: what it is called, whom it answers to, where, and for which buildings."""

    place = forms.ChoiceField(label=_("Grid"))
    houses = forms.TypedMultipleChoiceField(
        label=_("Buildings"), required=False, coerce=to_house, empty_value=[],
        help_text=_("Several can be chosen; a high building by its entrances. In brackets: households living there."),
        widget=forms.SelectMultiple(attrs={"size": 12}),
    )  # fmt: skip
    name = line(_("Name of the post"), 64, help_text=_("For example: 2nd group, 3rd grid, building 5"))
    above = forms.TypedChoiceField(label=_("Answers to"), required=False, coerce=to_id, empty_value=None)
    shared = forms.BooleanField(label=_("Several may hold it at a time"), required=False)
    on = day(_("From"))

    def __init__(self, *args: Any, places: Choices, superiors: Choices, houses: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._give("place", places)
        self._give("houses", houses)
        self._give("above", [NOBODY, *superiors] if superiors else [])

    def _give(self, name: str, choices: Choices) -> None:
        """Offer choices; without any the field is not asked."""
        if choices:
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        """What was not asked is empty."""
        return {"houses": (), "above": None, "place": "", **(super().clean() or {})}


class EditPostForm(PostForm):
    """What can change of a post: not its role and place, which make another one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, places=[], **kwargs)
        del self.fields["shared"]
        del self.fields["on"]


class GiveForm(forms.Form):
    """Who is given a post, from when."""

    worker = forms.TypedChoiceField(label=_("Worker"), coerce=to_id)
    start = day(_("From"))

    def __init__(self, *args: Any, workers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].choices = [("", _("choose")), *workers]  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """From when a post is not held any longer, and who comes after."""

    end = day(_("First day not in the post"))
    successor = forms.TypedChoiceField(
        label=_("Successor"), required=False, coerce=to_id, empty_value=None,
        help_text=_("Takes the post and the open tasks. Without one the open tasks go one level up."),
    )  # fmt: skip
    reason = line(_("Reason"), 200, required=False)

    def __init__(self, *args: Any, workers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].choices = [NOBODY, *workers]  # type: ignore[attr-defined]


class OnForm(forms.Form):
    """A day."""

    on = day(_("From"))


class SignedForm(forms.Form):
    """The day on which a duty letter was signed; empty takes it back."""

    on = day(_("Signed on"), required=False, help_text=_("Leave it empty if it is not signed."))


class SiteForm(forms.Form):
    """An office, a station or a collection point."""

    kind = forms.ChoiceField(label=_("Kind"), choices=list(SITES.items()))
    name = line(_("Name"), 64)
    address = line(_("Address"), 160, required=False)
    on = day(_("From"))


class _PresentForm(forms.Form):
    """A form that asks who was there."""

    def __init__(self, *args: Any, workers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["present"].choices = workers  # type: ignore[attr-defined]


def present(label: Any, *, required: bool) -> forms.TypedMultipleChoiceField:
    """Who was there, to tick."""
    return forms.TypedMultipleChoiceField(
        label=label, required=required, coerce=to_id, empty_value=[], widget=forms.CheckboxSelectMultiple
    )


class MeetingForm(_PresentForm):
    """A meeting that was held."""

    kind = forms.ChoiceField(label=_("Kind of meeting"), choices=list(MEETINGS.items()), widget=forms.RadioSelect)
    held_on = day(_("Held on"))
    title = line(_("Subject"), 120)
    present = present(_("Who was there"), required=False)
    minutes = forms.CharField(
        label=_("Minutes"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 8, **SHORT}),
        help_text=_("What was reported and agreed. No names or numbers of residents."),
    )  # fmt: skip


class DecisionForm(forms.Form):
    """A decision: what, by whom, by when."""

    decided = line(_("What is to be done"), 200)
    worker = forms.TypedChoiceField(label=_("By whom"), coerce=to_id)
    due = day(_("By when"))

    def __init__(self, *args: Any, workers: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["worker"].choices = [("", _("choose")), *workers]  # type: ignore[attr-defined]


class CourseForm(_PresentForm):
    """A course that was held."""

    subject = forms.ChoiceField(label=_("Subject"), widget=forms.RadioSelect)
    title = line(_("Title"), 120)
    held_on = day(_("Held on"))
    present = present(_("Who took part"), required=True)

    def __init__(self, *args: Any, subjects: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["subject"].choices = subjects  # type: ignore[attr-defined]


class TestForm(forms.Form):
    """The questions of a test, one answer each."""

    def __init__(self, *args: Any, questions: Sequence[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, question in enumerate(questions, start=1):
            self.fields[f"q{place}"] = forms.TypedChoiceField(
                label=f"{place}. {question.ask}", coerce=int, widget=forms.RadioSelect,
                choices=list(enumerate(question.answers)),
            )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """The places of the answers in the order of the questions."""
        values = super().clean() or {}
        return {**values, "given": [values.get(name) for name in self.fields]}
