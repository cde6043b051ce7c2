"""A birth (VE-1, VE-2): registered at once, whatever papers are missing, whoever the parents are (P-1)."""

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.actions import AddNewborn, put_newborn
from domicile.apps.people.scope import household_in_scope
from domicile.apps.vitals.actions.papers import ask_place
from domicile.apps.vitals.actions.registering import Told, check_told, parents_named, write_event
from domicile.apps.vitals.models import Kind, Role
from domicile.apps.vitals.selectors.twice import likely_ids

#: The kind of change under which newborns have always been proposed, reviewed and recorded.
ACTION = "people.add_newborn"


@dataclass(frozen=True)
class Birth(Told, AddNewborn):
    """A child of a living household. `mother_name`, `father_name`: of parents who are not on file, as far as known.

    `found`: a foundling, whose birth date is an estimate. `ask_code`, `ask_text`: where the parents are registered, when that
    is elsewhere: the place is asked, and nothing waits for the answer. `another_child`: who seemed the same is another one.
    """

    mother_name: str = ""
    father_name: str = ""
    found: bool = False
    ask_code: str = ""
    ask_text: str = ""
    another_child: bool = False


@transaction.atomic
def birth(*, actor: Viewer, reason: str, evidence: str = "", arguments: Birth) -> uuid.UUID:
    """Register a birth; returns the event's id. Raises Refused when a value cannot be, or the child may be on file."""
    household, today = household_in_scope(actor, arguments.household_id, lock=True), timezone.localdate()
    check_told(arguments, arguments.birth_date, today, "birth_date")
    if arguments.found and (arguments.parents or arguments.mother_name.strip() or arguments.father_name.strip()):
        raise Refused(_("Of a foundling no parent is known: leave the parents empty."), "found")
    parents = [uuid.UUID(key) for key in arguments.parents]
    if not arguments.another_child and likely_ids(
        arguments.birth_date, arguments.name, parents, household.pk, today=today
    ):
        raise Refused(_("This child may be on file already. Look, and say when it is another child."), "another_child")
    child_id = new_id()
    with recording(
        actor=actor, action=ACTION, subject_kind="person", subject_id=child_id,
        place_code=household.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        put_newborn(actor, household, arguments, child_id, change)
        names = {Role.MOTHER.value: arguments.mother_name, Role.FATHER.value: arguments.father_name}
        event = write_event(
            Kind.BIRTH, child_id, arguments, arguments.birth_date, change, actor=actor,
            code=household.dwelling.place_code, dwelling=household.dwelling,
            named=parents_named(arguments.parents, names), found=arguments.found,
        )  # fmt: skip
        if arguments.ask_code.strip() or arguments.ask_text.strip():
            ask_place(event, arguments.ask_code, arguments.ask_text, change, today)
    return event.pk
