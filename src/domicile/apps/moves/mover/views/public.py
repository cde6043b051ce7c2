"""The page that a mover opens with a code: without an account or a cookie, where need be without a script.

The code comes in the body of a request and never stands in an address. It alone lets somebody speak, so nothing is gained by
having another site send it: the page asks for no token against forged requests, which would need a cookie.
"""

import uuid
from typing import Any, Final

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from domicile.apps.access.log import record_look
from domicile.apps.common.refusals import Refused
from domicile.apps.moves.mover import actions, codes, policies, selectors, words
from domicile.apps.moves.mover.forms import MoverForm
from domicile.apps.moves.mover.models import MoverCode, MoverWord
from domicile.apps.moves.selectors.naming import destinations

LANGUAGES: Final = ("zh-hans", "en")
Wish = MoverWord.Wish


@csrf_exempt
@login_not_required
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for the code, then what is to be said; say what was said."""
    asked = request.POST.get("lang") or request.GET.get("lang") or ""
    language = asked if asked in LANGUAGES else (get_language() or LANGUAGES[0])
    with override(language):
        answer = _answer(request, "en" if language.startswith("en") else "zh-hans")
    answer["Content-Language"] = language
    answer["Cache-Control"] = "no-store"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return answer


def _answer(request: HttpRequest, lang: str) -> HttpResponse:
    context: dict[str, Any] = {"lang": lang, "other": ("zh-hans", "中文") if lang == "en" else ("en", "English")}
    if request.method != "POST" or "code" not in request.POST:
        return render(request, "moves/mover/enter.html", context)
    typed = request.POST["code"]
    try:
        code = codes.enter(typed, request.META.get("REMOTE_ADDR", ""))
    except codes.TurnedAway as turned:
        return _turned_away(request, context, turned)
    context["code"] = codes.normalised(typed)
    if code.used_at is not None:
        return _said(request, context, code)
    wishes = policies.wishes(code.move) if code.move is not None else [Wish.LEAVING.value]
    wish = request.POST.get("wish", "") if code.move is not None else Wish.LEAVING.value
    if wish in wishes:
        return _asked(request, context, code, wish)
    context["wishes"] = [(one, words.SAID[one]) for one in wishes]
    context["names"] = _names(code)
    return render(request, "moves/mover/choose.html", context)


def _turned_away(request: HttpRequest, context: dict[str, Any], turned: codes.TurnedAway) -> HttpResponse:
    if turned.for_a_while:
        context["error"] = _("Too many wrong codes came. Wait a quarter of an hour, or tell your community.")
        return render(request, "moves/mover/enter.html", context, status=429)
    context["error"] = _(
        "This code is not known, or no longer good. Compare it with the slip, or ask whoever gave it to you."
    )
    return render(request, "moves/mover/enter.html", context, status=422)


def _asked(request: HttpRequest, context: dict[str, Any], code: MoverCode, wish: str) -> HttpResponse:
    people = _people(code)
    sent = request.POST if "said" in request.POST else None
    form = MoverForm(
        sent, wish=wish, people=people, areas=destinations(), initial={"who": [str(key) for key, _name in people]}
    )
    if sent is not None and form.is_valid():
        values = form.cleaned_data
        said = actions.Said(
            wish=wish, person_ids=tuple(uuid.UUID(key) for key in values["who"]), day=values.get("day"),
            to_where=values.get("to_where", ""), to_code=values["to_code"], to_text=values.get("to_text", ""),
            reason_code=values.get("reason_code", ""), expected_return=values.get("expected_return"),
            contact=values.get("contact", ""),
        )  # fmt: skip
        try:
            actions.say(actor=codes.MOVER, code_id=code.pk, arguments=said)
        except Refused as refusal:
            field = "area" if refusal.field == "to_code" else refusal.field
            form.add_error(field if field in form.fields else None, str(refusal.message))
        else:
            return _said(request, context | {"fresh": True}, code)
    context |= {"form": form, "wish": wish, "heading": words.SAID[wish]}
    return render(request, "moves/mover/say.html", context, status=422 if form.errors else 200)


def _said(request: HttpRequest, context: dict[str, Any], code: MoverCode) -> HttpResponse:
    """What was said, and nothing else: not even what became of it."""
    word = MoverWord.objects.get(code=code)
    named = actions.named([word])[word.pk]
    names = selectors.masked_names(named)
    record_look(codes.MOVER, question="mover_page", persons=named)
    context |= {
        "word": word, "said": words.SAID[word.wish], "day_label": words.DAYS[word.wish],
        "names": [names[one] for one in named],
        # A slip that somebody finds tells nobody the new address.
        "where": selectors.where_of(word, dict(destinations_of(word))) if context.get("fresh") else "",
    }  # fmt: skip
    return render(request, "moves/mover/said.html", context)


def destinations_of(word: MoverWord) -> list[tuple[str, str]]:
    """The name of the area that was said, by its code."""
    return (
        [(word.to_code, name) for code, name in destinations() if word.to_code.startswith(code)] if word.to_code else []
    )


def _people(code: MoverCode) -> list[tuple[uuid.UUID, str]]:
    people = actions.going(code)
    names = selectors.masked_names(people)
    record_look(codes.MOVER, question="mover_page", persons=people)
    return [(one, names[one]) for one in people if one in names]


def _names(code: MoverCode) -> list[str]:
    return [name for _key, name in _people(code)]
