"""Files for the wizard's tests, and the steps as a browser sends them."""

import datetime as dt
import re
import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from domicile.apps.exchange.models import Batch
from tests import factories
from tests.cast import COUNTY, PASSWORD, TOWNSHIP, Actor

COUNTY_DESK = Actor("desk", "何导入", "county_operator", COUNTY, "import_check")
TOWNSHIP_DESK = Actor("town", "吕乡镇", "township_operator", TOWNSHIP, "import_check")
OTHER_TOWNSHIP_DESK = Actor("other", "邻乡镇", "township_operator", "770101002", "import_check")
ROADS = "青石街道河沿社区人民路12号3栋2单元"
HEADERS = ("本户地址", "姓名", "与户主关系", "性别", "出生日期", "户籍地址", "身份证号", "流入时间", "联系电话")
SECRET = re.compile(r"770101(?:19|20)\d{6}\d{3}[\dX]")

__all__ = ["PASSWORD"]


def number(serial: int, sex: str = "1", born: dt.date = dt.date(1980, 5, 6)) -> str:
    return factories.number_of(birth_date=born, sex=sex, serial=serial)


def person(room: str, name: str, serial: int, **changed: str) -> dict[str, str]:
    """A sound row: a head who lives and is registered in this room."""
    row = dict(
        zip(HEADERS, (ROADS + room, name, "户主", "男", "1980-05-06", "本户", number(serial), "", ""), strict=True)
    )
    return row | changed


def csv(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    lines = [",".join(HEADERS), *(",".join(row[header] for header in HEADERS) for row in rows)]
    return "\r\n".join(lines).encode(encoding)


def send(client: Client, content: bytes, name: str = "people.csv", **fields: str) -> Any:
    """Step 1; returns the response."""
    return client.post(reverse("exchange:upload"), {"file": SimpleUploadedFile(name, content), **fields})


def uploaded(client: Client, content: bytes, name: str = "people.csv", **fields: str) -> Batch:
    """Step 1; returns the batch."""
    response = send(client, content, name, **fields)
    assert response.status_code == 302, response.content.decode()
    return Batch.objects.get(pk=uuid.UUID(response["Location"].rstrip("/").rpartition("/")[2]))


def checked(client: Client, content: bytes, name: str = "people.csv", **fields: str) -> Batch:
    """Steps 1 and 2, with the columns as they were recognised."""
    batch = uploaded(client, content, name, **fields)
    response = client.post(page(batch), chosen(client, batch))
    assert response.status_code == 302, response.content.decode()
    batch.refresh_from_db()
    return batch


def chosen(client: Client, batch: Batch) -> dict[str, str]:
    """What the form of step 2 offers."""
    detection = client.get(page(batch)).context["detection"]
    return {f"column_{column.name}": column.header for column in detection.columns}


def page(batch: Batch) -> str:
    return reverse("exchange:batch", args=[batch.pk])


def work() -> None:
    """Do what waits in the queue, as the worker of `domicile serve` does."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


def loaded(client: Client, content: bytes, **fields: str) -> Batch:
    """The whole way into the register."""
    batch = checked(client, content, **fields)
    client.post(reverse("exchange:commit", args=[batch.pk]))
    work()
    batch.refresh_from_db()
    return batch


def text(client: Client, address: str) -> str:
    return client.get(address).content.decode()
