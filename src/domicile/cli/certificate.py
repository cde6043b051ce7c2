"""domicile certificate: verify, keys, revoked, rotate."""

import datetime as dt
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from domicile.cli import FOUND
from domicile.cli.running import Unable, chinese, json_option, language_option, report, start_django

if TYPE_CHECKING:
    from domicile.core.certificates import KeySet, RevokedList, Verdict

MOST_BYTES = 20_000_000
STATES = {
    "valid": ("有效", "valid"),
    "expired": ("已过期", "expired"),
    "revoked": ("已撤销", "revoked"),
    "early": ("签发日期在今天之后：请核对本机时间", "issued on a day to come: check the clock of this machine"),
    "forged": (
        "不是真的：签名不符，内容不可信",
        "forged: the signature does not fit; nothing it says is to be believed",
    ),
    "unknown_key": (
        "不认识签发的密钥：请向签发地索取公钥文件",
        "unknown key: get the public keys of the issuing register",
    ),
    "unreadable": ("读不出：不完整、被改动或不是证明", "unreadable: cut off, altered, or no certificate"),
}
LABELS = {
    "name": ("姓名", "Name of the holder"),
    "sex": ("性别", "Sex"),
    "birth": ("出生", "Born"),
    "document": ("证件", "Identity document"),
    "registered": ("户籍地", "Place of registration"),
    "residence": ("现住地", "Lives at"),
    "since": ("居住起始", "Lives there since"),
    "marital": ("婚姻状况", "Marital status"),
    "members": ("家庭成员（与户主关系）", "Members of the family (relation to the head)"),
    "office": ("签发单位", "Issued by"),
    "issued": ("签发日期", "Issued on"),
    "last_day": ("有效期至（含当日）", "Valid until (included)"),
    "number": ("证明编号", "Number of the certificate"),
}


@click.group(name="certificate")
def command() -> None:
    """Check certificates without a line; give away the public keys; make a new key."""


@command.command()
@click.argument("given", metavar="FILE_OR_TEXT")
@click.option(
    "--keys", "keys_file", type=click.Path(path_type=Path), help="Public keys (JWKS); else this register's own."
)
@click.option("--revoked", "list_file", type=click.Path(path_type=Path), help="A signed list of revoked certificates.")
@json_option
@language_option
def verify(given: str, keys_file: Path | None, list_file: Path | None, as_json: bool, language: str | None) -> int:
    """Check a certificate: the text of its code, the address with it, a file of either, or its PDF. `-` reads the input.

    Exit code 0: valid. 1: expired, revoked, forged, of an unknown key or unreadable; --json says which. 3: a file cannot be
    read, or the list is not genuine or of another register. With --keys nothing but these files is read, and nothing is ever sent.
    """
    from domicile.core import certificates as core

    text = core.find_text(_given(given))
    keys, revoked = _trusted(keys_file, list_file)
    verdict = core.check(text, keys, today=dt.date.today(), revoked=revoked)  # noqa: DTZ011 - days of a paper are local
    if revoked is not None and verdict.certificate is not None and not verdict.listed:
        raise Unable(
            "the list of revoked certificates is not that of the register that issued this certificate: get its list, and "
            "its file of keys again if it is an older one"
        )
    listed_at = revoked.at.isoformat() if revoked is not None else None
    data = {"state": verdict.state.value, "says": _says(verdict, zh=False, codes=True), "list_of": listed_at}
    report(data, as_json, _lines(verdict, revoked, zh=chinese(language)))
    return 0 if verdict.state == core.State.VALID else FOUND


@command.command()
def keys() -> int:
    """Print the public keys with their days: the file that whoever checks carries along."""
    start_django()
    from django.utils import timezone

    from domicile.apps.certificates import keys as kept

    kept.current(timezone.localdate())
    click.echo(json.dumps(kept.known_keys().as_jwks(), indent=1))
    return 0


@command.command()
def revoked() -> int:
    """Print the signed list of revoked certificates as of now."""
    start_django()
    from django.utils import timezone

    from domicile.apps.certificates.keys import current
    from domicile.apps.certificates.selectors.public import revoked_list

    current(timezone.localdate())
    click.echo(revoked_list(timezone.now()))
    return 0


@command.command()
@json_option
def rotate(as_json: bool) -> int:
    """Make a new key and sign with it from today on. Certificates signed before stay valid: the old public key is kept."""
    start_django()
    from django.utils import timezone

    from domicile.apps.certificates import keys as kept

    row = kept.rotate(actor=kept.MACHINE, today=timezone.localdate())
    data = {"kid": row.kid, "file": f"certificate-{row.number:04d}.key", "from": row.used_from.isoformat()}
    report(data, as_json, [f"certificates are signed with {data['file']} ({row.kid}) from {row.used_from} on"])
    return 0


def _given(given: str) -> str:
    """The text of what was given; of a PDF its letters, among which the text stands as a keyword."""
    if given == "-":
        return _text_of(sys.stdin.buffer.read(MOST_BYTES), "-")
    try:
        is_file = Path(given).is_file()
    except OSError:  # a text is longer than a name may be
        is_file = False
    return _text_of(_read(Path(given)), given) if is_file else given


def _text_of(content: bytes, name: str) -> str:
    if content.startswith((b"\x89PNG", b"\xff\xd8")):
        raise Unable(f"{name} is a picture: scan its code with a phone, and give the text or the PDF")
    return content.decode("latin-1" if content.startswith(b"%PDF") else "utf-8", "replace")


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


def _trusted(keys_file: Path | None, list_file: Path | None) -> "tuple[KeySet, RevokedList | None]":
    """Keys and list: from the files, else this register's own."""
    from domicile.core import certificates as core

    listed = _list_in(_read(list_file)) if list_file is not None else ""
    if keys_file is not None:
        try:
            known = core.KeySet.read(_read(keys_file).decode("utf-8", "replace"))
        except core.NotKeys as problem:
            raise Unable(f"{keys_file}: {problem}") from problem
    else:
        start_django()
        from django.utils import timezone

        from domicile.apps.certificates.keys import known_keys
        from domicile.apps.certificates.selectors.public import revoked_list

        known = known_keys()
        listed = listed or revoked_list(timezone.now())
    if not listed:
        return known, None
    try:
        return known, core.read_list(listed, known)
    except core.Unreadable as problem:
        raise Unable(f"the list of revoked certificates is not to be relied on: {problem}") from problem


def _list_in(content: bytes) -> str:
    """The signed list in a file: the text alone, or the JSON of a register's address."""
    text = content.decode("utf-8", "replace").strip()
    try:
        return str(json.loads(text)["list"])
    except (ValueError, KeyError, TypeError):
        return text


def _says(verdict: "Verdict", *, zh: bool, codes: bool = False) -> dict[str, object]:
    """What a proved certificate says, part by part; codes in words unless told otherwise."""
    if verdict.certificate is None:
        return {}
    from domicile.core.codes.lists import code_list

    def named(name: str, code: str) -> str:
        known = code_list(name)
        return known.name(code, "zh" if zh else "en") if not codes and code in known.codes else code

    found: dict[str, object] = {}
    for part in LABELS:
        value = getattr(verdict.certificate, part)
        if part in {"sex", "marital"} and value:
            value = named(part, value)
        elif part == "members" and value:
            pairs = [(named("relation", relation), who) for relation, who in value]
            value = [list(pair) for pair in pairs] if codes else "; ".join(f"{who} ({how})" for how, who in pairs)
        if value:
            found[part] = str(value) if isinstance(value, dt.date) else value
    return found


def _lines(verdict: "Verdict", revoked: "RevokedList | None", *, zh: bool) -> list[str]:
    from domicile.core.policy.parameters import parameter

    place = 0 if zh else 1
    lines = [STATES[verdict.state.value][place]]
    lines += [f"  {LABELS[part][place]}: {value}" for part, value in _says(verdict, zh=zh).items()]
    if revoked is None:
        lines.append(("未核对撤销名单（--revoked）", "not compared with a list of revoked ones (--revoked)")[place])
    else:
        now = dt.datetime.now(dt.UTC)
        old = now - revoked.at > dt.timedelta(days=int(parameter("certificates.list_days", now.date())))
        at = f"{revoked.at:%Y-%m-%d %H:%M} UTC"
        lines.append((f"撤销名单日期：{at}", f"list of revoked ones as of {at}")[place])
        if old:
            lines.append(("名单已旧：请换新的", "this list is old: get a newer one")[place])
    return lines
