"""A page with a form whose sending makes a change at once, or leaves it for review, and says which."""

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from domicile.apps.collect.actions import Outcome
from domicile.apps.common.viewer import Viewer
from domicile.apps.screens.changing import ActionView


class ChangeView(ActionView):
    """Subclasses give `change`, which submits. `back` gets the result of a change made at once, None else."""

    permissions = ("propose_change", "apply_change")

    def change(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Outcome:
        """Submit the change. Raises Refused."""
        raise NotImplementedError

    def act(self, viewer: Viewer, subject: Any, values: dict[str, Any]) -> Any:
        outcome = self.change(viewer, subject, values)
        if outcome.waiting:
            messages.info(self.request, _("Sent for review. Nothing changes until somebody accepts it."))
        else:
            messages.success(self.request, _("Saved. If it was a mistake, undo it in the history."))
        return outcome.result
