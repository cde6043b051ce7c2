"""Households answer on three roads: phones and the web over HTTP to a server that runs, paper at the keying screen's actions."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from domicile.core.enumeration import forms
from domicile.site.demo_census.office import Tell, login, viewer

SECONDS = 120.0
AT_ONCE = 4
KEPT, GIVEN = 201, 200
MOST_TRIES = 6


@dataclass(frozen=True, slots=True)
class Sending:
    """A form on its way: whose it is, its content, the road it takes."""

    household: uuid.UUID
    form: str
    content: Mapping[str, Any]
    road: str
    place_code: str


@contextmanager
def served() -> Iterator[str]:
    """The census site, served by processes of its own while the block runs; its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "domicile.cli",
        "census",
        "serve",
        "--port",
        str(port),
        "--workers",
        "1",
        "--no-migrate",
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=dict(os.environ))  # noqa: S603 - this program
    address = f"http://127.0.0.1:{port}"
    try:
        _wait(process, f"{address}/healthz")
        yield address
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], address: str) -> None:
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode} before it answered")
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - its own server
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server did not answer within {SECONDS:.0f} s")


def send_all(address: str, sendings: Sequence[Sending], phones: Mapping[str, str], tell: Tell) -> None:
    """Send every form by its road. `phones`: enumeration area → token of its enumerator's phone."""
    codes = _codes([one for one in sendings if one.road == "web"])
    with ThreadPoolExecutor(AT_ONCE) as pool:

        def send(one: Sending) -> None:
            if one.road == "web":
                _web(address, codes[one.household], one)
            elif one.road == "collect":
                _phone(address, phones[one.place_code], one)

        lines = [one for one in sendings if one.road != "paper"]
        for number, _done in enumerate(pool.map(send, lines)):
            if number % 20 == 0:
                tell("answers come in", number / len(sendings))
    for number, one in enumerate((one for one in sendings if one.road == "paper"), start=len(lines)):
        if number % 20 == 0:
            tell("keying paper", number / len(sendings))
        _paper(one)
    _processed()


def _codes(sendings: Sequence[Sending]) -> dict[uuid.UUID, str]:
    """The code of each household's slip."""
    from domicile.apps.census.selfenum.actions import give

    office = viewer("census_office", "supervision")
    wanted = dict.fromkeys(one.household for one in sendings)
    return {key: give(actor=office, household_id=key).text for key in wanted}


def _web(address: str, code: str, one: Sending) -> None:
    body = json.dumps({
        "code": code, "form": one.form, "version": forms()[one.form].version, "content": one.content,
        "instance": str(uuid.uuid4()),
    }).encode()  # fmt: skip
    request = urllib.request.Request(  # noqa: S310 - its own server
        f"{address}/s/answer", data=body, headers={"Content-Type": "application/json"}, method="POST"
    )
    told = json.loads(_sent(request, GIVEN))
    if told["state"] != "kept":
        raise RuntimeError(f"a form on the web was not kept: {told}")


def _phone(address: str, token: str, one: Sending) -> None:
    mark = uuid.uuid4().hex
    part = (
        f'--{mark}\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="submission.xml"\r\n'
        f"Content-Type: text/xml\r\n\r\n{filled(one)}\r\n--{mark}--\r\n"
    )
    request = urllib.request.Request(  # noqa: S310 - its own server
        f"{address}/v1/key/{token}/projects/1/submission?deviceID=demo", data=part.encode(), method="POST",
        headers={"Content-Type": f"multipart/form-data; boundary={mark}", "X-OpenRosa-Version": "1.0"},
    )  # fmt: skip
    _sent(request, KEPT)


def _sent(request: urllib.request.Request, wanted: int) -> bytes:
    """The answer's body; what is told to come later is sent again, as a phone does."""
    for tried in range(MOST_TRIES):
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310 - its own server
                if answer.status == wanted:
                    content: bytes = answer.read()
                    return content
                raise RuntimeError(f"{request.full_url} answered {answer.status}")
        except urllib.error.HTTPError as error:
            if error.code not in {429, 503}:
                raise RuntimeError(f"{request.full_url} answered {error.code}: {error.read()[:300]!r}") from error
            time.sleep(0.5 * (tried + 1))
    raise RuntimeError(f"{request.full_url} was busy for too long")


def filled(one: Sending) -> str:
    """The form as the ODK Collect app writes it."""

    def nodes(values: Mapping[str, Any]) -> str:
        return "".join(f"<{name}>{escape(str(value))}</{name}>" for name, value in values.items() if name != "persons")

    people = "".join(f"<person>{nodes(person)}</person>" for person in one.content["persons"])
    return (
        f'<data id="census_{one.form}" version="{forms()[one.form].version}"><household>{one.household}</household>'
        f"{nodes(one.content)}{people}<read_back>yes</read_back><meta><instanceID>uuid:{uuid.uuid4()}</instanceID></meta></data>"
    )


def _paper(one: Sending) -> None:
    """Key a form; one that is drawn for it a second time, by somebody else."""
    from domicile.apps.census.keying import actions

    first, second = viewer("processor", "processing"), viewer("processor02", "processing")
    sheet = actions.key(actor=first, household_id=one.household, form=one.form, content=one.content)
    if sheet.twice:
        actions.key_second(actor=second, sheet_id=sheet.pk, content=one.content)


def _processed() -> None:
    """Until what phones sent has become answers: the server does it on its own, and here is the rest."""
    from domicile.apps.collect.openrosa import processing

    while processing.process():
        pass


def phones(areas: Sequence[str]) -> dict[str, str]:
    """An enumerator with a phone for each enumeration area; area → token. The first one is the login `enumerator`."""
    from domicile.apps.accounts.models import User
    from domicile.apps.collect.openrosa import compiling, registry
    from domicile.apps.collect.openrosa.actions import make_phone

    office, found = viewer("census_office", "supervision"), {}
    for number, code in enumerate(areas, start=1):
        name = login("enumerator", code, number=number).username if number > 1 else "enumerator"
        worker = User.objects.get(username=name)
        found[code] = make_phone(actor=office, worker_id=worker.pk, scopes=()).token
    for form in registry.forms():
        compiling.current(form)
    return found
