"""Put a child just born on file, in the household where it lives."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from django.db import transaction

from domicile.apps.audit.recording import recording
from domicile.apps.common.ids import new_id
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.actions.households import check_joins, settle_new
from domicile.apps.people.actions.persons import NewPerson
from domicile.apps.people.scope import household_in_scope


@dataclass(frozen=True)
class AddNewborn:
    """A child that needs no name, no paper and no registration; it lives here since its birth.

    `registered`: here, nowhere or unknown, as of NewPerson; `parents`: id of a person on file → birth or adoption.
    """

    household_id: uuid.UUID
    birth_date: dt.date
    relation: str = ""
    name: str = ""
    sex: str = "9"
    registered: str = "unknown"
    parents: dict[str, str] = field(default_factory=dict)

    def new_person(self) -> NewPerson:
        """The particulars alone."""
        return NewPerson(
            self.name, self.sex, self.birth_date, self.relation, registered=self.registered, parents=self.parents
        )


@transaction.atomic
def add_newborn(*, actor: Viewer, reason: str, evidence: str = "", arguments: AddNewborn) -> uuid.UUID:
    """Register a birth in a living household; returns the child's id. Raises Refused as `add_member` does."""
    household = household_in_scope(actor, arguments.household_id, lock=True)
    check_joins(household, arguments.relation)
    child_id = new_id()
    with recording(
        actor=actor, action="people.add_newborn", subject_kind="person", subject_id=child_id,
        place_code=household.dwelling.place_code, reason=reason, evidence=evidence,
    ) as change:  # fmt: skip
        settle_new(actor, household, arguments.new_person(), child_id, arguments.relation, arguments.birth_date, change)
    return child_id
