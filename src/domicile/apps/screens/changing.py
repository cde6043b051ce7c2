"""Pages that read one thing and pages that change one, as declarations."""

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views import View

from domicile.apps.access.decorators import missing_purpose
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.list import Text


class SubjectView(View):
    """What both have: who may, and the thing that the address names. `subject` raises NotAllowed outside the areas."""

    permissions: ClassVar[tuple[str, ...]] = ()
    heading: ClassVar[Text] = ""

    def subject(self, viewer: Viewer, **kwargs: Any) -> Any:
        """The thing itself; None where there is none yet."""
        return None

    def context(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        """What else the template needs."""
        return {}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Ask for the purpose first; then find the thing."""
        answer = missing_purpose(request, self.permissions)
        if answer is not None:
            return answer
        self.viewer: Viewer = request.viewer  # type: ignore[attr-defined]
        self.found = self.subject(self.viewer, **kwargs)
        return super().dispatch(request, *args, **kwargs)


class DetailView(SubjectView):
    """A card: a heading, facts, and what a template of its own adds in the block `body`."""

    template_name: ClassVar[str] = "screens/detail.html"

    def facts(self, viewer: Viewer, subject: Any) -> list[dict[str, Any]]:
        """Label, value and perhaps url of each particular."""
        return []

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The card."""
        context = {
            "heading": self.heading or str(self.found),
            "facts": self.facts(self.viewer, self.found),
            **self.context(self.viewer, self.found),
        }
        return render(request, self.template_name, context)


class ActionView(SubjectView):
    """A form whose sending calls one action: to create, to edit, to retire.

    What the action refuses stands at the field that it names, and the page answers 422 with all that was typed.
    """

    form_class: ClassVar[type[forms.Form]]
    submit_label: ClassVar[Text] = ""
    saved: ClassVar[Text] = ""
    lead: ClassVar[Text] = ""
    consequence: ClassVar[Text] = ""
    template_name: ClassVar[str] = "screens/form.html"

    def form_arguments(self, viewer: Viewer, subject: Any) -> dict[str, Any]:
        """What the form is made with, for instance `initial`."""
        return {}

    def effect(self, viewer: Viewer, subject: Any) -> str:
        """What becomes of the form when it is sent, in words; '' where that needs no word."""
        return ""

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Any:
        """Call the action. Raises Refused."""
        raise NotImplementedError

    def back(self, subject: Any, result: Any = None) -> str:
        """Where to go when it is done (`result` is what the action gave) or cancelled (None)."""
        raise NotImplementedError

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The empty form."""
        return self.shown(request, self.form_class(**self.form_arguments(self.viewer, self.found)))

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """The change, or the form with what is wrong."""
        form = self.form_class(request.POST, **self.form_arguments(self.viewer, self.found))
        if form.is_valid():
            try:
                result = self.act(self.viewer, self.found, form.cleaned_data)
            except Refused as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
            else:
                if self.saved:
                    messages.success(request, str(self.saved))
                return HttpResponseRedirect(self.back(self.found, result))
        return self.shown(request, form)

    def shown(self, request: HttpRequest, form: forms.Form) -> HttpResponse:
        context = {
            "heading": self.heading,
            "lead": self.lead or (str(self.found) if self.found is not None else ""),
            "form": form,
            "submit_label": self.submit_label,
            "consequence": self.consequence,
            "effect": self.effect(self.viewer, self.found),
            "cancel_url": self.back(self.found),
            **self.context(self.viewer, self.found),
        }
        return render(request, self.template_name, context, status=422 if form.errors else 200)
