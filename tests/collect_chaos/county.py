"""The people and places of a run: empty dwellings of one grid, a phone, two officers who review, and the forms to send."""

import datetime as dt
import io
import random
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.test import Client
from django.utils import timezone
from PIL import Image

from domicile.apps.collect.openrosa import compiling, registry, storing, tokens
from domicile.apps.collect.openrosa.models import AppUser
from domicile.apps.common.inserting import insert_rows
from domicile.apps.places.models import Dwelling
from tests import factories
from tests.cast import COMMUNITY, QIAN, ZHAO, Actor, make_user, sign_in

GAO = Actor("gao", "高社区", "community_officer", COMMUNITY, "register_maintenance")
REVIEWERS = (QIAN, GAO)
PEOPLE = 2
FORM = (
    '<data id="arriving" version="{version}"><visited_on>2026-01-05</visited_on><dwelling>{home}</dwelling>'
    "<newcomers>2</newcomers>{rows}<meta><instanceID>{instance}</instanceID></meta></data>"
)
ROW = (
    "<newcomer><name>周{name}</name><sex>1</sex><birth_date>1980-01-02</birth_date><relation>{relation}</relation>"
    "<since>2026-01-02</since><registered>unknown</registered><document_kind>none</document_kind></newcomer>"
)


@dataclass(frozen=True)
class Form:
    """A filled form with its photo (b'' for most). `lies`: what says to be a photo is none."""

    instance: str
    xml: bytes
    photo: bytes = b""
    lies: bool = False

    @property
    def key(self) -> uuid.UUID:
        return storing.key_of(self.instance)


def fill(count: int, draw: random.Random) -> list[Form]:
    """Dwellings, and a form for each in which two people have come; every tenth has a photo, the last one that lies."""
    factories.area_tree()
    house = factories.building()
    homes = [
        Dwelling(
            building=house, place_code=house.place_code, room=f"{number}室", key=f"|{number}", use=Dwelling.Use.UNKNOWN,
            address=f"{house.street}{house.plate}{house.name}{number}室",
        )
        for number in range(count)
    ]  # fmt: skip
    insert_rows(homes)
    form = registry.form("arriving")
    if form is None:
        raise RuntimeError("the form arriving is not registered")
    version = compiling.current(form).version
    made = []
    for number, home in enumerate(homes):
        rows = "".join(ROW.format(name="甲乙"[place], relation=("02", "20")[place]) for place in range(PEOPLE))
        instance = f"uuid:{uuid.UUID(int=draw.getrandbits(128), version=4)}"
        xml = FORM.format(version=version, home=home.pk, rows=rows, instance=instance).encode()
        lies = number == count - 1
        photo = b"MZ\x90\0 no photo" if lies else _photo(draw) if number % 10 == 0 else b""
        made.append(Form(instance, xml, photo, lies))
    return made


def _photo(draw: random.Random) -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (64, 48), (draw.randrange(256), 90, 40)).save(held, "JPEG")
    return held.getvalue()


def phone() -> str:
    """The token of Zhao's phone."""
    worker = make_user(ZHAO)
    text = tokens.new_token()
    AppUser.objects.create(
        worker=worker, digest=tokens.digest_of(text), role=ZHAO.role, scopes=ZHAO.scope, place_code=ZHAO.scope,
        made_by=worker.pk, made_at=timezone.now() - dt.timedelta(days=1),
    )  # fmt: skip
    return text


def cookies(actor: Actor) -> str:
    """The cookies of a session of an officer, with a token against forged requests."""
    client = Client()
    sign_in(client, actor)
    return f"{settings.SESSION_COOKIE_NAME}={client.session.session_key}; csrftoken={'a' * 32}"
