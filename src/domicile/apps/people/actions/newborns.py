"""Put a child just born on file, in the household where it lives: a piece of the registration of a birth (apps/vitals)."""

import datetime as dt
import uuid
from dataclasses import dataclass, field

from domicile.apps.audit.recording import Recorder
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.actions.households import check_joins, settle_new
from domicile.apps.people.actions.persons import NewPerson
from domicile.apps.people.models import Household, Person


@dataclass(frozen=True)
class AddNewborn:
    """A child that needs no name, no paper and no registration; it lives here since its birth.

    `registered`: here, nowhere or unknown, as of NewPerson; `parents`: id of a person on file → birth or adoption;
    `precision`: how sure the birth date is (day, month, year).
    """

    household_id: uuid.UUID
    birth_date: dt.date
    relation: str = ""
    name: str = ""
    sex: str = "9"
    registered: str = "unknown"
    parents: dict[str, str] = field(default_factory=dict)
    precision: str = Person.DatePrecision.DAY.value

    def new_person(self) -> NewPerson:
        """The particulars alone."""
        return NewPerson(
            self.name, self.sex, self.birth_date, self.relation, registered=self.registered, parents=self.parents,
            precision=self.precision,
        )  # fmt: skip


def put_newborn(
    actor: Viewer, household: Household, arguments: AddNewborn, child_id: uuid.UUID, change: Recorder
) -> None:
    """The child on file, in the household since its birth, tied to its parents. Raises Refused as `add_member` does."""
    check_joins(household, arguments.relation)
    settle_new(actor, household, arguments.new_person(), child_id, arguments.relation, arguments.birth_date, change)
