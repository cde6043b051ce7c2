"""Pages of keying: find the household of a form, key it, key it a second time, decide differences; print forms."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from domicile.apps.access.decorators import requires
from domicile.apps.census.keying import actions, prints, reading, selectors
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan import selectors as plan
from domicile.apps.census.selfenum.prints import address_of
from domicile.apps.census.selfenum.selectors import household as household_of
from domicile.apps.census.shell import shell
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.requests import ViewerRequest
from domicile.core.enumeration import Difference, Form, forms
from domicile.core.enumeration.checking import fault_of


@never_cache
@require_safe
@requires(actions.PERMISSION)
def start(request: ViewerRequest, code: str) -> HttpResponse:
    """Find the household of a form; forms that wait for a second keying or a decision; how often keying errs."""
    census, asked = plan.census(request.viewer, code), request.GET.get("find", "")[:80]
    errors = selectors.errors(request.viewer, census)
    found = selectors.found(request.viewer, census, asked) if asked.strip() else []
    context = shell(request, census, "census:keying") | {
        "asked": asked, "found": [(one, address_of(one)) for one in found], "many": len(found) == selectors.MOST,
        "forms": [(name, form.words.of(_language())) for name, form in forms().items()],
        "waiting": _addresses(selectors.waiting(request.viewer, census)[: selectors.MOST]),
        "differing": _addresses(selectors.differing(request.viewer, census)[: selectors.MOST]),
        "may_decide": request.viewer.may(actions.DECIDING), "errors": errors,
        "share": _("{share:.2%} ({low:.2%} to {high:.2%})").format(
            share=errors.share, low=errors.interval.low, high=errors.interval.high
        ),
        "people": range(1, 21),
    }  # fmt: skip
    return render(request, "census/keying/start.html", context)


def _addresses(sheets: Any) -> list[tuple[Any, str]]:
    return [(one, address_of(one.household)) for one in sheets]


def _language() -> str:
    return get_language() or "zh-hans"


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@requires(actions.PERMISSION)
def key(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Key the paper form of a household."""
    household = household_of(request.viewer, pk)
    form = forms().get(request.GET.get("form", "")) or forms()[household.form]
    people = _people(request.GET.get("people", ""), household.expected)
    back = reverse("census:keying", args=[household.census.code])
    sent = request.POST.get("sheet", "")
    keyed = reading.read(form, request.POST if sent else None, people, _language())
    if sent and not keyed.faulty:
        actions.key(actor=request.viewer, household_id=pk, form=form.name, content=keyed.content, sheet_id=_uuid(sent))
        messages.success(request, _("The form is keyed: {where}").format(where=address_of(household)))
        return redirect(back)
    return _screen(request, household, form, keyed, sent or str(new_id()), back, heading=_("Key a form"))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@requires(actions.PERMISSION)
def key_second(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Key a form a second time. Nothing of the first keying is shown, not even how many people it had."""
    sheet = selectors.sheet(request.viewer, pk)
    form, back = forms()[sheet.form], reverse("census:keying", args=[sheet.household.census.code])
    people = _people(request.GET.get("people", ""), sheet.household.expected)
    sent = "sheet" in request.POST
    keyed = reading.read(form, request.POST if sent else None, people, _language())
    if sent and not keyed.faulty:
        try:
            differing = actions.key_second(actor=request.viewer, sheet_id=pk, content=keyed.content)
        except Refused as refusal:
            messages.error(request, str(refusal.message))
            return redirect(back)
        messages.success(
            request, _("Keyed. The two differ, and somebody decides by the paper.") if differing else
            _("Keyed. The two agree, and the form is received."),
        )  # fmt: skip
        return redirect(back)
    return _screen(request, sheet.household, form, keyed, str(pk), back, heading=_("Key a form the second time"))


def _screen(
    request: ViewerRequest, household: Household, form: Form, keyed: reading.Keyed, sheet: str, back: str, *, heading: str
) -> HttpResponse:  # fmt: skip
    context = {
        "heading": heading, "where": address_of(household), "form": form.words.of(_language()), "keyed": keyed, "sheet": sheet,
        "back": back,
    }  # fmt: skip
    return render(request, "census/keying/key.html", context, status=422 if keyed.faulty else 200)


def _people(typed: str, expected: int) -> int:
    count = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else expected
    return min(max(count, 1), reading.MOST_PEOPLE)


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@requires(actions.DECIDING)
def decide(request: ViewerRequest, pk: uuid.UUID) -> HttpResponse:
    """Where two keyings of a form differ, what stands on the paper."""
    sheet = selectors.sheet(request.viewer, pk)
    back = reverse("census:keying", args=[sheet.household.census.code])
    if sheet.second_by is None or sheet.answer_id is not None:
        messages.info(request, _("There is nothing to decide about this form."))
        return redirect(back)
    form = forms()[sheet.form]
    try:
        differing = selectors.differences(request.viewer, sheet)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return redirect(back)
    if request.method == "POST":
        decided = _decided(form, differing, request.POST)
        try:
            actions.decide(actor=request.viewer, sheet_id=pk, decided=decided)
        except Refused as refusal:
            messages.error(request, str(refusal.message))
        else:
            messages.success(request, _("Decided. The form is received."))
            return redirect(back)
    rows = [_difference(form, one) for one in differing]
    context = {"where": address_of(sheet.household), "rows": rows, "back": back}
    return render(request, "census/keying/decide.html", context)


def _decided(form: Form, differing: Sequence[Difference], given: Any) -> dict[str, int | str | None]:
    """What was chosen of each difference: what the first or the second keyed, or what was typed instead."""
    decided: dict[str, int | str | None] = {}
    for one in differing:
        chosen = given.get(one.key)
        if chosen in {"first", "second"}:
            decided[one.key] = one.first if chosen == "first" else one.second
        elif chosen == "other":
            value = reading.value_of(form.by_name[one.item], given.get(f"{one.key}-other", "").strip())
            if value is None or not fault_of(form.by_name[one.item], value):
                decided[one.key] = value
    return decided


def _difference(form: Form, one: Difference) -> dict[str, Any]:
    item = form.by_name[one.item]
    words: dict[int | str, str] = {
        choice.value: f"{choice.value} {choice.words.of(_language())}" for choice in item.choices
    }
    shown = [_("nothing") if value is None else words.get(value, str(value)) for value in (one.first, one.second)]
    who = "" if one.person is None else form.person.of(_language()).format(number=one.person + 1)
    label = f"{item.number} {item.words.of(_language())}".strip()
    return {"key": one.key, "who": who, "label": label, "first": shown[0], "second": shown[1]}


@never_cache
@require_safe
@requires(actions.PERMISSION)
def print_forms(request: ViewerRequest, code: str) -> HttpResponse:
    """The paper forms of an area, or of one household; at most so many at once as selectors.MOST_PRINTED."""
    census = plan.census(request.viewer, code)
    one, place = _uuid(request.GET.get("household", "")), request.GET.get("place", "")[:15]
    try:
        begin = max(int(request.GET.get("from", "0")), 0)
    except ValueError:
        begin = 0
    shown = selectors.to_print(request.viewer, census, one, place, begin)
    if not shown:
        messages.info(request, _("No household is listed there."))
        return redirect("census:keying", code)
    form = request.GET.get("form", "")
    return prints.print_forms(request.viewer, shown, form if form in forms() else "")
