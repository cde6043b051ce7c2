"""What a phone fetches: the settings in its code, the forms and their lists, every hash verified."""

import base64
import csv
import hashlib
import io
import json
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from domicile.cli.running import Unable

HEADERS = {"X-OpenRosa-Version": "1.0"}
SECONDS = 60
Rows = list[dict[str, str]]


def address_of(code: str) -> str:
    """The server's address in what a QR code holds, or the address itself. Raises Unable."""
    text = code.strip()
    if text.startswith(("http://", "https://")):
        return text.rstrip("/")
    try:
        found = json.loads(zlib.decompress(base64.b64decode(text, validate=True)))
        return str(found["general"]["server_url"]).rstrip("/")
    except (ValueError, KeyError, TypeError, zlib.error):
        raise Unable("this is neither the text of a QR code of a phone nor its address") from None


@dataclass
class Fetched:
    """What the phone holds before it goes where no network is."""

    forms: list[tuple[str, str, str]] = field(default_factory=list)  # id, version, name
    lists: dict[str, Rows] = field(default_factory=dict)
    bytes: int = 0


def fetch(server: str) -> Fetched:
    """Fetch every form and list as the app does. Raises Unable where the server refuses or a hash is wrong."""
    held = Fetched()
    for listed in _all(_xml(_get(f"{server}/formList?deviceID=simulated")), "xform"):
        form = _text(listed, "formID")
        held.bytes += len(_verified(_text(listed, "downloadUrl"), _text(listed, "hash"), form))
        held.forms.append((form, _text(listed, "version"), _text(listed, "name")))
        manifest = _text(listed, "manifestUrl")
        for file in _all(_xml(_get(manifest)), "mediaFile") if manifest else ():
            name = _text(file, "filename")
            content = _verified(_text(file, "downloadUrl"), _text(file, "hash"), name)
            held.bytes += len(content)
            held.lists[name.removesuffix(".csv")] = list(csv.DictReader(io.StringIO(content.decode("utf-8"))))
    return held


def _get(url: str) -> bytes:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=HEADERS), timeout=SECONDS) as answer:  # noqa: S310 - http by address_of
            content: bytes = answer.read()
            return content
    except urllib.error.HTTPError as error:
        why = "this phone is not set up there, or no longer" if error.code == 403 else f"it answered {error.code}"
        raise Unable(f"the server does not hand out its forms: {why}") from None
    except (urllib.error.URLError, TimeoutError) as error:
        raise Unable(f"the server is not reached ({getattr(error, 'reason', error)}): is it running there?") from None


def _verified(url: str, told: str, name: str) -> bytes:
    content = _get(url)
    found = "md5:" + hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != told:
        raise Unable(f"the hash of {name} is {found}, told was {told}")
    return content


def _xml(content: bytes) -> Element:
    found: Element = fromstring(content)
    return found


def _all(root: Element, name: str) -> list[Element]:
    return [node for node in root.iter() if node.tag.rpartition("}")[2] == name]


def _text(node: Element, name: str) -> str:
    return next((child.text or "" for child in node if child.tag.rpartition("}")[2] == name), "")
