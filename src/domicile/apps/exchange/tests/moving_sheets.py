"""Sheets of moves as tests write, check and load them."""

import datetime as dt
import io
from typing import Any

import openpyxl

from domicile.apps.exchange import batches
from domicile.apps.exchange.models import Batch
from domicile.apps.moves.tests.making import DAY
from domicile.apps.people.models import Person, Spell
from domicile.core.linkage.names import sound
from tests import factories
from tests.cast import sun_viewer

BORN = dt.date(1991, 2, 3)
BACK = DAY + dt.timedelta(days=200)
OUT = "姓名,证件号码,户籍地址,流出地,流入地,流动原因,流出时间,联系电话,同行人,预计返回,备注"
IN = OUT.replace("流出时间", "流入时间")


def number(serial: int = 7) -> str:
    return factories.number_of(birth_date=BORN, sex="2", serial=serial)


def known(person: Person, name: str, serial: int = 7) -> str:
    """The person with a name, a birth date and a document; gives its number."""
    Person.objects.filter(pk=person.pk).update(name=name, sound=sound(name), birth_date=BORN, sex="2")
    factories.document(of=person, number=number(serial))
    person.refresh_from_db()
    return number(serial)


def row(name: str, held: str = "", to: str = "上海市", day: Any = DAY, **more: str) -> str:
    cells = {"registered": "", "left": "", "reason": "务工", "phone": "", "along": "", "back": "", "note": "", **more}
    return ",".join([
        name, held, cells["registered"], cells["left"], to, cells["reason"], str(day), cells["phone"], cells["along"],
        cells["back"], cells["note"],
    ])  # fmt: skip


def checked(*rows: str, head: str = OUT, name: str = "表.csv", **options: Any) -> Batch:
    content = "\n".join([head, *rows]).encode()
    return batches.check(batches.upload(sun_viewer("import_check"), name, content, **options))


def commit(batch: Batch) -> Batch:
    assert batch.report["ready"], batch.report["codes"]
    return batches.commit(sun_viewer("import_check"), batch)


def rows_in(content: bytes) -> int:
    return int(openpyxl.load_workbook(io.BytesIO(content)).active.max_row)


def counts(batch: Batch) -> tuple[int, int, int]:
    return tuple(batch.report[key] for key in ("created", "unchanged", "left_out"))  # type: ignore[return-value]


def residences(person: Person) -> int:
    return Spell.objects.filter(person=person, kind=Spell.Kind.USUAL, end=None).count()


def address_of(dwelling: Any) -> str:
    return dwelling.address
