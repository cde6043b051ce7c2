"""Small rows for tests of certificates: a family that is registered in the first community, and a mover who lives there."""

from typing import Any

from domicile.apps.certificates import actions
from domicile.apps.certificates.models import Certificate
from domicile.apps.certificates.selectors.sayable import Chosen
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.models import Person
from tests import factories
from tests.cast import COMMUNITY, OTHER_COMMUNITY, qian_viewer

WHY = "本人到窗口申请"


def holder(**fields: Any) -> Person:
    """The head of a family of three, registered and living in Qian's community."""
    factories.area_tree()
    household = factories.family(size=3)
    person = household.members.get(relation="02").person
    values = {
        "registration": "area",
        "registered_code": f"{COMMUNITY}001",
        "marital": "20",
        "registered_text": "",
        **fields,
    }
    Person.objects.filter(pk=person.pk).update(**values)
    person.refresh_from_db()
    factories.visible(of=person, code=f"{COMMUNITY}001")
    return person


def mover() -> Person:
    """Somebody who lives in Qian's community and is registered elsewhere."""
    factories.area_tree()
    person = factories.person()
    Person.objects.filter(pk=person.pk).update(registration="area", registered_code=OTHER_COMMUNITY)
    factories.household(members=[(person, "02")])
    person.refresh_from_db()
    return person


def issued(person: Person, actor: Viewer | None = None, **chosen: Any) -> Certificate:
    """A certificate that says where the holder lives, unless told otherwise."""
    return actions.issue(
        actor=actor or qian_viewer(), person_id=person.pk, chosen=Chosen(**({"residence": "short"} | chosen)),
        asked_by="person", reason=WHY,
    )  # fmt: skip
