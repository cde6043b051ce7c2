"""A birth in another register: what it asks, and the answer."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView
from domicile.apps.vitals import actions, forms
from domicile.apps.vitals.selectors.outside import OutsideCard, outside_card


class AnswerOutside(ActionView):
    """Who is asked about, and the answer."""

    heading, form_class, permissions = (
        _("Are these parents registered here?"),
        forms.AnswerOutsideForm,
        ("apply_change",),
    )
    template_name = "vitals/outside_birth.html"
    submit_label, saved = _("Send the answer"), _("The answer is on its way to the other register.")

    def subject(self, viewer: Viewer, **kwargs: Any) -> OutsideCard:
        viewer.require("view_person")
        return outside_card(viewer, kwargs["pk"], today=timezone.localdate())

    def context(self, viewer: Viewer, subject: OutsideCard) -> dict[str, Any]:
        return {"card": subject, "lead": subject.row.peer.name}

    def act(self, viewer: Viewer, subject: OutsideCard, values: dict[str, Any]) -> Any:
        return actions.answer_outside(
            actor=viewer, birth_id=subject.row.pk, answer=values["answer"], text=values["text"], reason=values["reason"]
        )

    def back(self, subject: OutsideCard, result: Any = None) -> str:
        return reverse("vitals:outside")
