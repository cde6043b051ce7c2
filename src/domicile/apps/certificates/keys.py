"""The keys that sign certificates: the private half is a file of the key folder, the public half is kept for ever."""

import datetime as dt
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import IntegrityError

from domicile.apps.audit.recording import recording
from domicile.apps.certificates.models import SigningKey
from domicile.apps.common.ids import new_id
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault import keyring
from domicile.core.certificates import KeySet, PublicKey, key_id

ROTATE = "certificates.rotate"
MACHINE = Viewer(user_id=None, name="", role="machine", channel="command")


@dataclass(frozen=True)
class Signer:
    """A private key with the name that certificates give it."""

    key: Ed25519PrivateKey
    kid: str


def known_keys() -> KeySet:
    """Every public key that this register ever signed with. One query."""
    rows = list(SigningKey.objects.order_by("number"))
    return KeySet(
        PublicKey(bytes(row.public), row.used_from, row.used_until, rows[0].kid if row is not rows[0] else "")
        for row in rows
    )


def current(today: dt.date) -> Signer:
    """The key in use; the first time it is noted down. Raises UnknownKey where its file is missing or another."""
    row = _row_in_use() or _noted(keyring.certificate_key_numbers()[-1], today)
    key = keyring.certificate_signer(row.number)
    if key.public_key().public_bytes_raw() != bytes(row.public):
        raise keyring.UnknownKey(
            f"certificate-{row.number:04d}.key is not the key that this register signs with: put your copy of the key "
            "folder back, or run: domicile certificate rotate"
        )
    return Signer(key, row.kid)


def in_use() -> Signer | None:
    """The key in use, where one has signed yet and its file is there: pages that everybody opens do without it."""
    row = _row_in_use()
    try:
        return None if row is None else current(row.used_from)
    except keyring.UnknownKey:
        return None


def rotate(*, actor: Viewer, today: dt.date) -> SigningKey:
    """Make the next key and sign with it from now on. What the last one signed in its days stays good."""
    with recording(actor=actor, action=ROTATE, subject_kind="certificate_key", subject_id=new_id()) as change:
        last = SigningKey.objects.select_for_update().filter(in_use=True).first()
        if last is not None:
            change.update(last, used_until=max(today, last.used_from), in_use=False)
        number = max([*keyring.certificate_key_numbers(), last.number if last is not None else 0]) + 1
        keyring.new_certificate_key(number)
        return change.create(_row(number, today))


def _row_in_use() -> SigningKey | None:
    return SigningKey.objects.filter(in_use=True).first()


def _noted(number: int, today: dt.date) -> SigningKey:
    """Note the key down; where another process just did, take its row."""
    try:
        with recording(actor=MACHINE, action=ROTATE, subject_kind="certificate_key", subject_id=new_id()) as change:
            return change.create(_row(number, today))
    except IntegrityError:
        row = _row_in_use()
        if row is None:
            raise
        return row


def _row(number: int, today: dt.date) -> SigningKey:
    raw = keyring.certificate_signer(number).public_key().public_bytes_raw()
    return SigningKey(number=number, kid=key_id(raw), public=raw, used_from=today)
