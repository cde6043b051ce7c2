"""Settings of an area: which changes wait for review."""

import uuid
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from domicile.apps.access.decorators import requires
from domicile.apps.administration.views.accounts import attempt
from domicile.apps.collect import registry, rules
from domicile.apps.collect.models import CHAIN, ReviewRule
from domicile.apps.common.requests import ViewerRequest

READERS = ("set_review_rules", "review_change", "manage_accounts")
ALL_KINDS = gettext_lazy("All kinds of change")
WORDS = {True: gettext_lazy("waits for review"), False: gettext_lazy("takes effect at once")}


class CodeForm(forms.Form):
    """The place for which is asked what holds."""

    code = forms.RegexField(
        r"^[0-9]{2,15}$",
        label=gettext_lazy("What holds in the area or grid"),
        error_messages={"invalid": gettext_lazy("The code of an area or grid has 2 to 15 digits.")},
    )


class EditForm(forms.Form):
    """What becomes of a change, and why that was decided."""

    needs_review = forms.ChoiceField(
        label=gettext_lazy("A worker's change"),
        choices=[("1", gettext_lazy("waits for review")), ("0", gettext_lazy("takes effect at once"))],
        widget=forms.RadioSelect,
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("Levels that it passes, one after the other"),
        choices=[(level, rules.LEVELS[level]) for level in CHAIN],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "Each level is passed by somebody else. Choose none, and the level of the change alone decides; a change that a "
            "higher office must decide goes there last, whatever is chosen."
        ),
    )
    reason = forms.CharField(label=gettext_lazy("Decision or paper"), max_length=200, required=False)

    def clean_needs_review(self) -> bool:
        return bool(self.cleaned_data["needs_review"] == "1")


class AddForm(EditForm):
    """A rule for an area and a kind of change."""

    scope = forms.CharField(label=gettext_lazy("Code of the area or grid"), max_length=15, help_text=rules.NOT_AN_AREA)
    action = forms.ChoiceField(label=gettext_lazy("Kind of change"), required=False)
    field_order = ("scope", "action", "needs_review", "levels", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [  # type: ignore[attr-defined]
            ("", ALL_KINDS), *((name, kinds) for _group, name, kinds in registry.labels_in_groups())
        ]  # fmt: skip


@requires(*READERS)
def review_rules(request: ViewerRequest) -> HttpResponse:
    """The rules of the viewer's areas and around them, and what follows from them for one place. It names nobody."""
    viewer = request.viewer
    asked = request.GET if "code" in request.GET else None
    form = CodeForm(asked, initial={"code": viewer.scopes[0] if viewer.scopes else ""})
    code = form.cleaned_data["code"] if form.is_valid() else "" if asked else form.initial["code"]
    may_set = viewer.may("set_review_rules")
    context = {
        "form": form,
        "code": code,
        "holding": rules.holding(code) if code else [],
        "may_set": may_set,
        "rows": [
            (row, registry.label(row.action) if row.action else ALL_KINDS, _word(row),
             may_set and viewer.covers(row.scope))
            for row in rules.rules(viewer)
        ],
    }  # fmt: skip
    return render(request, "collect/review_rules.html", context)


@requires("set_review_rules")
def add(request: ViewerRequest) -> HttpResponse:
    """Set a rule for an area."""
    viewer = request.viewer
    form = AddForm(request.POST or None, initial={"scope": viewer.scopes[0] if viewer.scopes else ""})
    if request.method == "POST" and form.is_valid():
        if not viewer.covers(form.cleaned_data["scope"]):
            form.add_error("scope", _("This area lies outside your own. Give a code that begins with yours."))
        elif attempt(form, lambda: rules.set_rule(actor=viewer, **form.cleaned_data)):
            return redirect(f"{reverse('collect:review_rules')}?code={form.cleaned_data['scope']}")
    return _form(request, form, _("Set a rule of review"))


@requires("set_review_rules")
def edit(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Change what a rule says."""
    row = rules.rule(request.viewer, pk)
    initial = {"needs_review": "1" if row.needs_review else "0", "levels": row.levels.split()}
    form = EditForm(request.POST or None, initial=initial)

    def change() -> ReviewRule:
        return rules.set_rule(actor=request.viewer, scope=row.scope, action=row.action, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and attempt(form, change):
        return redirect(f"{reverse('collect:review_rules')}?code={row.scope}")
    kind = registry.label(row.action) if row.action else ALL_KINDS
    return _form(request, form, _("Change the rule: %(kind)s in %(scope)s") % {"kind": kind, "scope": row.scope})


@requires("set_review_rules")
def remove(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Ask first, then remove a rule."""
    row = rules.rule(request.viewer, pk)
    if request.method == "POST":
        rules.remove_rule(actor=request.viewer, rule_id=pk)
        return redirect(f"{reverse('collect:review_rules')}?code={row.scope}")
    kind = registry.label(row.action) if row.action else ALL_KINDS
    context = {
        "heading": _("Remove the rule: %(kind)s in %(scope)s") % {"kind": kind, "scope": row.scope},
        "consequence": _(
            "Then the rule of the next wider area holds; where there is none, every change waits for review."
        ),
        "form": forms.Form(),
        "submit_label": _("Remove"),
        "cancel_url": reverse("collect:review_rules"),
    }
    return render(request, "screens/confirm.html", context)


def _word(row: ReviewRule) -> Any:
    if not row.levels:
        return WORDS[row.needs_review]
    return _("waits for review: %(levels)s") % {"levels": rules.levels_in_words(row.levels.split())}


def _form(request: ViewerRequest, form: forms.Form, heading: str) -> HttpResponse:
    context = {"heading": heading, "form": form, "cancel_url": reverse("collect:review_rules")}
    return render(request, "screens/form.html", context)
