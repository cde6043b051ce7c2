"""A phone for tests: set up for Zhao, and what it fetches and sends through the test client."""

import uuid
from dataclasses import dataclass, field
from typing import Any
from xml.etree import ElementTree

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from domicile.apps.accounts.models import User
from domicile.apps.collect.openrosa import actions, compiling, jobs, registry
from domicile.apps.collect.openrosa.models import AppUser, Submission
from tests.cast import QIAN, ZHAO, Actor, make_user, qian_viewer

FORM = (
    '<data xmlns:orx="http://openrosa.org/xforms" id="{form}" version="{version}">{answers}<meta>'
    "<instanceID>{instance}</instanceID>{deprecated}<instanceName>入户走访 二单元</instanceName></meta></data>"
)


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


def phone_of(actor: Actor = ZHAO) -> Phone:
    """Set up a phone for somebody of Qian's community."""
    account(QIAN)
    made = actions.make_phone(actor=qian_viewer(), worker_id=account(actor).pk, scopes=())
    for form in registry.forms():
        compiling.current(form)
    return Phone(made.app_user, made.token)


def filled(form: str, answers: str, *, instance: str = "", version: str = "", replaces: str = "") -> str:
    """The XML of a filled form."""
    known = registry.form(form)
    deprecated = f"<deprecatedID>{replaces}</deprecatedID>" if replaces else ""
    return FORM.format(
        form=form, version=version or (known.version if known else "1"), answers=answers,
        instance=instance or f"uuid:{uuid.uuid4()}", deprecated=deprecated,
    )  # fmt: skip


def processed() -> list[Submission]:
    """Process all that waits, as the background worker does; every submission, the oldest first."""
    while jobs.process_next() or jobs.strip_next():
        pass
    return list(Submission.objects.order_by("received_at", "pk"))


def parsed(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)
