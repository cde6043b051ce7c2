"""A phone for tests: set up for Zhao, and what it fetches and sends through the test client."""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from unittest import mock
from xml.etree import ElementTree

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from domicile.apps.accounts.models import User
from domicile.apps.collect.openrosa import actions, compiling, jobs, processing, registry
from domicile.apps.collect.openrosa.models import AppUser, Submission
from domicile.apps.fieldwork.collected.unlocking import SUBJECT
from domicile.apps.staffing import badges
from domicile.apps.staffing.models import Badge, Worker
from tests.cast import QIAN, ZHAO, Actor, make_user, viewer

FORM = (
    '<data xmlns:orx="http://openrosa.org/xforms" id="{form}" version="{version}">{answers}<meta>'
    "<instanceID>{instance}</instanceID>{deprecated}<instanceName>入户走访 二单元</instanceName></meta></data>"
)

#: Each test has a database without forms, and compiling all of them takes longer than most tests do.
compiled_once = cache(compiling.compile_form)


@dataclass
class Phone:
    """One phone: its base address, and the last answer."""

    app_user: AppUser
    token: str
    client: Client = field(default_factory=Client)

    @property
    def base(self) -> str:
        return f"/v1/key/{self.token}/projects/1"

    def get(self, path: str) -> Any:
        return self.client.get(f"{self.base}/{path}")

    def rows(self, name: str, form: str = "dwelling_visit") -> list[list[str]]:
        """An entity list as the phone holds it, with its heads first."""
        import csv
        import io

        return list(csv.reader(io.StringIO(self.get(f"forms/{form}/attachments/{name}.csv").content.decode())))

    def send(self, xml: str | bytes, files: dict[str, bytes] | None = None, *, incomplete: bool = False) -> Any:
        """Send a filled form with its files."""
        content = xml.encode() if isinstance(xml, str) else xml
        body: dict[str, Any] = {"xml_submission_file": SimpleUploadedFile("submission.xml", content, "text/xml")}
        for name, held in (files or {}).items():
            body[name] = SimpleUploadedFile(name, held, "image/jpeg")
        if incomplete:
            body["*isIncomplete*"] = "yes"
        return self.client.post(f"{self.base}/submission?deviceID=test", body)


def account(actor: Actor) -> User:
    return User.objects.filter(username=actor.username).first() or make_user(actor)


def give_badge(user: User) -> None:
    """What opens collecting: the badge of the training, of a worker with this account."""
    if badges.holds(user.pk, SUBJECT, timezone.localdate()):
        return
    today = timezone.localdate()
    worker = Worker.objects.create(
        number=f"{user.area_code[:12]}{Worker.objects.count():04d}"[:16], place_code=user.area_code[:12].ljust(15, "0"),
        name=user.real_name, user_id=user.pk, since=today - dt.timedelta(days=30),
    )  # fmt: skip
    Badge.objects.create(worker=worker, subject=SUBJECT, start=today, end=today + dt.timedelta(days=300))


def phone_of(actor: Actor = ZHAO, by: Actor = QIAN) -> Phone:
    """Set up a phone for somebody of Qian's community, or of another one's officer."""
    account(by)
    give_badge(account(actor))
    made = actions.make_phone(actor=viewer(by), worker_id=account(actor).pk, scopes=())
    with mock.patch.object(compiling, "compile_form", compiled_once):
        for form in registry.forms():
            compiling.current(form)
    return Phone(made.app_user, made.token)


def instance_of(name: str) -> str:
    """An instance ID as the app makes them."""
    return f"uuid:{uuid.uuid5(uuid.NAMESPACE_URL, name)}"


def filled(form: str, answers: str, *, instance: str = "", version: str = "", replaces: str = "") -> str:
    """The XML of a filled form."""
    known = registry.form(form)
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return FORM.format(
        form=form, version=version or (known.version if known else "1"), answers=answers,
        instance=instance or instance_of(str(uuid.uuid4())), deprecated=deprecated,
    )  # fmt: skip


def processed() -> list[Submission]:
    """Process all that waits, as the background worker does; every submission, the oldest first."""
    while processing.process() or jobs.strip_next():
        pass
    return list(Submission.objects.order_by("received_at", "pk"))


def parsed(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)
