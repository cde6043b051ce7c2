"""Undo a change of the plan."""

from django.utils.translation import gettext as _

from domicile.apps.audit.models import Change
from domicile.apps.census import undoing
from domicile.apps.census.plan import policies
from domicile.apps.census.plan.actions import plans, rulings, supplies
from domicile.apps.census.plan.models import Census
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer

UNDOABLE = (
    plans.CREATE, plans.CORRECT, plans.PHASE, rulings.RULE, rulings.CORRECT, supplies.MOVE, supplies.NEED,
)  # fmt: skip


def undo(*, actor: Viewer, change_id: int) -> Change:
    """Put back what a change of the plan wrote. Raises Refused where it was changed since, NotAllowed for plans of others.

    A census goes only while nothing but its phases hangs on it.
    """
    made = Change.objects.filter(pk=change_id, action=plans.CREATE).first()
    if made is not None and _in_use(Census.objects.filter(pk=made.subject_id).first()):
        raise Refused(_("There is work on file for this census, so it cannot be taken away. Correct it instead."))
    return undoing.undo(
        actor=actor, change_id=change_id, actions=UNDOABLE,
        may=lambda viewer, place: policies.may_plan(viewer, place),
    )  # fmt: skip


def _in_use(census: Census | None) -> bool:
    if census is None:
        return False
    for relation in census._meta.related_objects:
        if (
            relation.name != "phases"
            and relation.related_model._default_manager.filter(**{relation.field.name: census}).exists()
        ):
            return True
    return False
