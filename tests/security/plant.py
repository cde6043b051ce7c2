"""Plants numbers through every entrance of an instance, and prints them: work for a process with its own data folder."""

import datetime as dt
import json
import sys
from pathlib import Path

import polars as pl
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from domicile.apps.exchange import batches
from domicile.apps.exchange.models import Batch
from domicile.apps.people.models import Person
from domicile.core.synth import make_county
from domicile.core.synth.official import write_official
from domicile.site.migration import migrate
from domicile.site.sealing import seal_all
from tests import databases
from tests.cast import SUN, make_user, sign_in, sun_viewer
from tests.factories import number_of
from tests.security import plant_certificates, plant_movers, plant_phones, plant_programs

TODAY = dt.date(2026, 11, 1)
VALID = number_of(birth_date=dt.date(1971, 2, 3), serial=77)
PLANTED = ["770101199003071236", "77010119650412002X", "15412345678", VALID]
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def import_files(folder: Path) -> list[str]:
    """A county through the import road, with planted numbers in a remark; the numbers of its first people."""
    county = make_county(200, 3, TODAY)
    people = county.records.with_columns(
        remark=pl.when(pl.int_range(pl.len()) < 3).then(pl.lit("电话 15412345678，证号770101 19900307 1236"))
    )
    county = type(county)(**{**vars(county), "records": people})
    for path in write_official(county, folder / "good", clean=True):
        batch = batches.check(batches.upload(sun_viewer("import_check"), path.name, path), today=TODAY)
        batches.commit(sun_viewer("import_check"), batch)
    numbers = people["document_number"].drop_nulls().head(6).to_list()
    phones = [phone for text in people["phone"].drop_nulls().head(6) for phone in str(text).replace("、", " ").split()]
    return [text for text in [*numbers, *phones] if len(text) >= 11]


def send_files(client: Client, folder: Path) -> None:
    """Files of every sort over the web: faulty rows, no header, no table at all."""
    good = next(path for path in (folder / "good").glob("*.csv") if "住户" in path.name)
    head, *rows = good.read_text("utf-8-sig").splitlines()
    text = "\n".join(rows[:5])
    faulty = [
        ("faulty.csv", (head + "\n" + text.replace("770101", "77010", 2).replace("19", "29", 1)).encode()),
        ("headless.csv", "\n".join(PLANTED).encode()),
        (f"{PLANTED[0]}.csv", b"a,b\n1,2\n"),
        ("nul.csv", (head + "\n" + "\0".join(PLANTED)).encode()),
        ("not-a-sheet.xlsx", b"PK\x03\x04" + PLANTED[0].encode()),
        ("numbers.xlsx", PLANTED[0].encode("utf-16")),
    ]
    for name, content in faulty:
        file = SimpleUploadedFile(name, content)
        client.post("/imports/new/", {"file": file, "layout": "", "source": PLANTED[2]})
    for batch in Batch.objects.exclude(state=Batch.State.COMMITTED):
        try:
            batches.check(batch, today=TODAY)
        except batches.ImportRefused:
            continue
        client.get(f"/imports/{batch.pk}/")
        client.get(f"/imports/{batch.pk}/errors.xlsx")
        client.post(f"/imports/{batch.pk}/commit/")


def type_everywhere(client: Client, numbers: list[str]) -> None:
    """Numbers typed into search, addresses, corrections and the sign-in."""
    for number in [*numbers, *PLANTED]:
        for text in (
            number,
            number.translate(FULL_WIDTH),
            number.lower(),
            f" {number[:6]} {number[6:]}",
            number[:-1] + "9",
        ):
            client.post("/search/", {"q": text})
        client.get("/search/", {"q": number})
        client.get(f"/people/{number}/")
        client.get(f"/{number}")
    person = Person.objects.order_by("pk").first()
    if person is None:
        raise RuntimeError("nobody was imported")
    client.get(f"/people/{person.pk}/")
    for number in PLANTED:
        values = {
            "name": f"李{number}",
            "reason": f"证号 {number}",
            "evidence": "identity_document",
            "keep_former": "on",
        }
        for mode in ("propose", "apply"):
            client.post(f"/people/{person.pk}/correct-name/", {**values, "mode": mode, "how": mode, mode: "1"})
        Client(HTTP_HOST="localhost").post("/accounts/sign-in/", {"login": number, "password": number})


def main() -> None:
    """Plant everywhere. The first argument names a folder for the files that are sent, which hold the numbers."""
    folder = Path(sys.argv[1])
    databases.lay(settings.HOME)
    migrate()
    settings.ALLOWED_HOSTS = ["localhost"]
    make_user(SUN)
    numbers = import_files(folder)
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    sign_in(client, SUN, "import_check")
    send_files(client, folder)
    sign_in(client, SUN)
    type_everywhere(client, numbers)
    numbers.append(plant_certificates.say_in_full())
    tenants = plant_programs.let_and_own(client, [VALID, PLANTED[1]], PLANTED[2])
    plant_programs.ask_locally(client, PLANTED[:2], PLANTED[2])
    secrets = [
        *plant_programs.connect(PLANTED[:2], PLANTED[2]),
        plant_phones.send_forms([VALID, PLANTED[0]], PLANTED[2]),
        plant_movers.say_by_code(client, PLANTED[:2], PLANTED[2]),
    ]
    seal_all()
    planted = {"numbers": [*numbers, *PLANTED], "secrets": secrets, "tenants": tenants}
    sys.__stdout__.write(json.dumps({**planted, "people": Person.objects.count()}) + "\n")
