"""Who comes from another register is put on file as that one has them, with what is wrong in it (P-1)."""

import uuid

import pytest

from domicile.apps.audit.recording import recording
from domicile.apps.moves.messages.documents import Numbered, Somebody
from domicile.apps.moves.messages.people import holders, put_on_file
from domicile.apps.people.models import Document
from domicile.apps.vault.sealing import open_value
from tests import factories
from tests.cast import qian_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
#: The thirteenth month.
IMPOSSIBLE = "770101198013051234"


def test_a_number_that_can_be_no_number_keeps_nobody_off_the_register() -> None:
    factories.area_tree()
    told = Somebody(
        mover=uuid.UUID(int=1), person=uuid.UUID(int=2), name="梁辰子", documents=[Numbered(kind="resident_id", number=IMPOSSIBLE)]
    )  # fmt: skip
    with recording(
        actor=qian_viewer(), action="moves.told", subject_kind="person", subject_id=told.person,
        place_code=factories.GRID, reason="另一登记系统告知",
    ) as change:  # fmt: skip
        person = put_on_file(told, change)
    row = Document.objects.get(person=person)
    assert (row.kind, row.finding, open_value(row, "number")) == ("resident_id", "checksum", IMPOSSIBLE)
    assert [found.pk for found in holders(told)] == [person.pk]
