"""The documents of an OpenRosa server, as the ODK Collect app reads them.

Form list, manifest and response: https://docs.getodk.org/openrosa/ (form list API 1.0, form submission API 1.0); the
integrity document and entity lists: https://getodk.github.io/xforms-spec/entities.
"""

import base64
import csv
import hashlib
import io
import json
import zlib
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

LIST_NAMESPACE = "http://openrosa.org/xforms/xformsList"
MANIFEST_NAMESPACE = "http://openrosa.org/xforms/xformsManifest"
RESPONSE_NAMESPACE = "http://openrosa.org/http/response"
DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
VERSION_COLUMN = "__version"


@dataclass(frozen=True)
class ListedForm:
    """A form as the app finds it in the list. `md5` is that of the bytes behind `download_url`."""

    form_id: str
    name: str
    version: str
    md5: str
    download_url: str
    manifest_url: str = ""


@dataclass(frozen=True)
class ListedFile:
    """A file that belongs to a form. `integrity_url` names where an entity list tells which rows are gone."""

    name: str
    md5: str
    download_url: str
    integrity_url: str = ""


def md5(content: bytes) -> str:
    """The hash that the app compares: it tells versions apart and protects nothing."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def form_list(forms: Iterable[ListedForm]) -> bytes:
    """The list of forms; the app refuses a form without a hash."""
    rows = []
    for form in forms:
        manifest = f"<manifestUrl>{escape(form.manifest_url)}</manifestUrl>" if form.manifest_url else ""
        rows.append(
            f"<xform><formID>{escape(form.form_id)}</formID><name>{escape(form.name)}</name>"
            f"<version>{escape(form.version)}</version><hash>md5:{form.md5}</hash>"
            f"<downloadUrl>{escape(form.download_url)}</downloadUrl>{manifest}</xform>"
        )
    return _document(f'<xforms xmlns="{LIST_NAMESPACE}">{"".join(rows)}</xforms>')


def manifest(files: Iterable[ListedFile]) -> bytes:
    """The files of a form; what has an integrity address is an entity list."""
    rows = []
    for file in files:
        kind = ' type="entityList"' if file.integrity_url else ""
        integrity = f"<integrityUrl>{escape(file.integrity_url)}</integrityUrl>" if file.integrity_url else ""
        rows.append(
            f"<mediaFile{kind}><filename>{escape(file.name)}</filename><hash>md5:{file.md5}</hash>"
            f"<downloadUrl>{escape(file.download_url)}</downloadUrl>{integrity}</mediaFile>"
        )
    return _document(f'<manifest xmlns="{MANIFEST_NAMESPACE}">{"".join(rows)}</manifest>')


def integrity(asked: Sequence[str], there: Collection[str]) -> bytes:
    """Which of the rows that a phone asks about are no longer in its list."""
    rows = [
        f"<entity id={quoteattr(name)}><deleted>{'false' if name in there else 'true'}</deleted></entity>"
        for name in asked
    ]
    return _document(f"<data><entities>{''.join(rows)}</entities></data>")


def response(message: str, *, good: bool = True) -> bytes:
    """What the app shows after it sent something."""
    nature = "submit_success" if good else "submit_error"
    return _document(
        f'<OpenRosaResponse xmlns="{RESPONSE_NAMESPACE}" items="0">'
        f'<message nature="{nature}">{escape(message)}</message></OpenRosaResponse>'
    )


def entity_list(columns: Sequence[str], rows: Iterable[Sequence[str]], version: str) -> bytes:
    """The CSV of an entity list. `columns` begin with name and label, which the version of the rows follows."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\n")
    writer.writerow([*columns[:2], VERSION_COLUMN, *columns[2:]])
    writer.writerows([*row[:2], version, *row[2:]] for row in rows)
    return held.getvalue().encode()


def settings_code(server_url: str, project: str) -> str:
    """The text of the QR code that sets the app up: base64 of the deflated JSON of its settings."""
    settings = {
        "general": {"server_url": server_url, "form_update_mode": "match_exactly", "autosend": "wifi_and_cellular"},
        "project": {"name": project},
        "admin": {},
    }
    return base64.b64encode(zlib.compress(json.dumps(settings, ensure_ascii=False).encode())).decode()


def _document(body: str) -> bytes:
    return (DECLARATION + body).encode()
