"""Forms of the review: the queue's filter, and the values of a proposal that can be corrected."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from domicile.apps.collect import registry
from domicile.apps.collect.openrosa.registry import forms as forms_of_phones
from domicile.apps.collect.review.parts import Part, Parts
from domicile.apps.collect.review.queue import GROUP
from domicile.apps.collect.rules import WAITS_FOR
from domicile.core.codes.lists import code_list

AGES = [
    ("", _("however long")),
    ("1", _("more than a day")),
    ("3", _("more than 3 days")),
    ("7", _("more than a week")),
    ("30", _("more than 30 days")),
]
WHOSE = [("", _("Everybody's")), ("decide", _("That I can decide")), ("mine", _("My own"))]


class QueueForm(forms.Form):
    """What narrows the queue."""

    state = forms.CharField(widget=forms.HiddenInput, required=False)
    whose = forms.ChoiceField(label=_("Whose"), choices=WHOSE, required=False)
    kind = forms.ChoiceField(label=_("Kind of change"), required=False)
    grid = forms.RegexField(
        r"^[0-9]{2,15}$", label=_("Grid or area"), required=False,
        error_messages={"invalid": _("The code of an area or grid has 2 to 15 digits.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "16"}),
    )  # fmt: skip
    worker = forms.CharField(
        label=_("Worker"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": "10"}),
    )
    age = forms.ChoiceField(label=_("Waits for"), choices=AGES, required=False)
    form = forms.ChoiceField(label=_("Form"), required=False)
    level = forms.ChoiceField(label=_("Level"), required=False)

    def __init__(self, *args: Any, reviews: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        english = (get_language() or "").startswith("en")
        kinds = [
            (name, [(f"{GROUP}{group}", _("{group}: all").format(group=name)), *some])
            for group, name, some in registry.labels_in_groups()
        ]
        self._choose("kind", [("", _("All kinds")), *kinds])
        named = [(form.id, form.title["en" if english else "zh"]) for form in forms_of_phones()]
        self._choose("form", [("", _("any")), *named, ("none", _("not from a phone"))])
        self._choose("level", [("", _("any")), *WAITS_FOR.items()])
        if not reviews:
            self._choose("whose", [choice for choice in WHOSE if choice[0] != "decide"])

    def _choose(self, field: str, choices: list[Any]) -> None:
        self.fields[field].choices = choices  # type: ignore[attr-defined]


class PartsForm(forms.Form):
    """The values of a proposal that can be corrected, and a word to whoever reads it next."""

    note = forms.CharField(label=_("Your note"), max_length=200, required=False)

    def __init__(self, *args: Any, parts: Parts, values: Mapping[str, str], needs_note: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paths = {f"part-{number}": path for number, path in enumerate(parts)}
        for name, path in self.paths.items():
            self.fields[name] = _field(parts[path], values[path])
        self.fields["note"].required = needs_note and not parts
        self.fields["note"].help_text = (
            _("What you corrected, or why it is right as it is.")
            if needs_note
            else _("Whoever proposed it reads this.")
        )
        self.order_fields([*self.paths, "note"])

    def values(self) -> dict[str, str]:
        """By the way to each value, as text; days as 2025-01-31."""
        return {path: str(self.cleaned_data.get(name) or "") for name, path in self.paths.items()}

    def refuse(self, field: str, message: str) -> None:
        """Show what an action refused at the field that it named, else above the form."""
        named = next((name for name, path in self.paths.items() if path.rsplit(".", 1)[-1] == field), None)
        self.add_error(named or ("note" if field == "note" else None), message)


def _field(part: Part, value: str) -> forms.Field:
    label = f"{part.place}. {part.label}" if part.place else part.label
    common: dict[str, Any] = {"label": label, "required": part.required and not part.sealed}
    if part.sealed:
        common["help_text"] = _("Leave empty to keep what was found.")
    else:
        common["initial"] = value
    if part.kind == "date":
        return forms.DateField(widget=_DayInput, **common)
    if part.kind == "number":
        return forms.IntegerField(min_value=0, max_value=1_000_000, **common)
    if part.kind == "choice":
        return forms.ChoiceField(choices=_choices(part, value), **common)
    if part.kind == "long":
        return forms.CharField(max_length=part.longest, widget=forms.Textarea(attrs={"rows": 3}), **common)
    plain = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(max_length=part.longest, widget=plain, **common)


class _DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _choices(part: Part, value: str) -> list[Any]:
    """The choices of a part; one that no list has any more stays where it was found."""
    if isinstance(part.codes, str):
        codes, language = code_list(part.codes), get_language() or "zh"
        listed = [(code, codes.name(code, language)) for code in codes.codes]
    else:
        listed = list(part.codes)
    if value and value not in dict(listed):
        listed.append((value, value))
    return listed if part.required else [("", "—"), *((code, label) for code, label in listed if code)]
