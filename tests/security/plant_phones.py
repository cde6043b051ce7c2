"""Plants numbers in what phones send; tells the token of the phone, to be looked for too."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from domicile.apps.collect.openrosa import actions, compiling, jobs, registry
from domicile.apps.collect.openrosa.models import Submission
from domicile.apps.fieldwork.collected.tests.phones import filled, give_badge
from domicile.apps.people.models import Spell
from tests.cast import GRANTED_FROM, sun_viewer

NEWCOMER = (
    "<newcomers>1</newcomers><joins>new</joins><newcomer><name>牛大力</name><sex>1</sex><birth_date>1980-01-02</birth_date>"
    "<relation>02</relation><since>2026-01-02</since><registered>elsewhere</registered><registered_text>{number}"
    "</registered_text><document_kind>resident_id</document_kind><document_number>{number}</document_number>"
    "<phone>{phone}</phone></newcomer>"
)


def photo(number: str) -> bytes:
    """A photo whose metadata says a number: as description, maker and comment."""
    held, exif = io.BytesIO(), Image.Exif()
    exif[0x010E], exif[0x010F], exif[0x9286] = number, f"证号{number}", number
    Image.new("RGB", (40, 30), "red").save(held, "JPEG", exif=exif, comment=number.encode())
    return held.getvalue()


def send_forms(numbers: list[str], phone: str) -> str:
    """Forms with numbers in every answer, in names of files and in photos; the token of the phone that sent them."""
    stay = (
        Spell.objects.filter(end=None).exclude(dwelling__place_code__endswith="000").select_related("dwelling").first()
    )
    if stay is None:
        raise RuntimeError("nobody lives in a grid")
    grid = stay.dwelling.place_code
    worker = User.objects.create_user("collector", None, real_name="采集员", area_code=grid[:12])
    Grant.objects.create(user=worker, role="grid_worker", scope=grid, valid_from=GRANTED_FROM)
    give_badge(worker)
    made = actions.make_phone(actor=sun_viewer(), worker_id=worker.pk, scopes=(), label=phone)
    for form in registry.forms():
        compiling.current(form)
    client, base = Client(HTTP_HOST="localhost"), f"/v1/key/{made.token}/projects/1"
    for number in numbers:
        home = f"<dwelling>{stay.dwelling_id}</dwelling>"
        newcomer = NEWCOMER.format(number=number, phone=phone)
        for form, answers in (
            ("arriving", home + newcomer),
            ("patrol", f"<building>{stay.dwelling.building_id}</building><matter>other</matter><what>{number}</what>"),
            ("status_update", f"{home}<correction><person>{stay.person_id}</person><item>phones</item>"
                              f"<new_phone>{phone}</new_phone></correction>"),
            ("leaving", f"{home}<left>{number}</left><left_on>{phone}</left_on>"),
            ("leaving", f"{home}<left>{stay.person_id}</left><left_on>2026-01-03</left_on><to_where>elsewhere</to_where>"
                        f"<to_text>{number}</to_text>"),
        ):  # fmt: skip
            sent = {"xml_submission_file": SimpleUploadedFile("a.xml", filled(form, answers).encode(), "text/xml")}
            sent[f"{number}.jpg"] = SimpleUploadedFile(f"{number}.jpg", photo(number), "image/jpeg")
            sent[f"{number}.png"] = SimpleUploadedFile(f"{number}.png", number.encode(), "image/png")
            answer = client.post(f"{base}/submission", sent)
            if answer.status_code != 201:
                raise RuntimeError(f"a form was answered {answer.status_code}")
        client.get(f"{base}/forms/arriving/attachments/{number}.csv")
        client.get(f"{base}/datasets/persons/integrity?id={number}")
    for path in (
        "formList",
        "forms/dwelling_visit/manifest",
        "forms/dwelling_visit/attachments/persons.csv",
        "nothing",
    ):
        client.get(f"{base}/{path}")
    while jobs.process_next() or jobs.strip_next():
        pass
    if Submission.objects.count() != 5 * len(numbers):
        raise RuntimeError("not every form was kept")
    return made.token
