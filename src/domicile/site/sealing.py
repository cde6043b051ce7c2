"""Both logs together: the changes of the register and the looks at people."""

import datetime as dt
from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.utils import timezone

from domicile.apps.access.sealed_looks import LOOKS, index_fault
from domicile.apps.audit.sealed_log import CHANGES
from domicile.apps.audit.sealing import Anchor, seal
from domicile.apps.audit.verifying import Verdict, verify
from domicile.apps.vault.keyring import seal_signer

LOGS = (CHANGES, LOOKS)


def seal_all(now: dt.datetime | None = None) -> dict[str, int]:
    """Seal what is new in each log; records sealed, by log."""
    return {log.name: seal(log, now=now or timezone.now()) for log in LOGS}


def verify_all(
    *,
    anchors: Sequence[Anchor] = (),
    public_key: Ed25519PublicKey | None = None,
    progress: Callable[[int], object] = lambda _: None,
) -> list[Verdict]:
    """Prove each log whole, and that the index of looks names exactly the persons that were shown."""
    key = public_key or seal_signer().public_key()
    verdicts = [verify(log, public_key=key, anchors=anchors, progress=progress) for log in LOGS]
    looks = verdicts[-1]
    if looks.whole:
        record, problem = index_fault()
        if problem:
            verdicts[-1] = Verdict(looks.log, looks.seals, looks.records, looks.unsealed, problem, "index", record)
    return verdicts
