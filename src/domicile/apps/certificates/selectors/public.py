"""What everybody may carry: the public keys, and the numbers of revoked certificates. Nothing here is about a person."""

import datetime as dt

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from domicile.apps.certificates import keys
from domicile.apps.certificates.models import Certificate, IssuedNumber
from domicile.core.certificates import RevokedList, write_list


def revoked_list(now: dt.datetime) -> str:
    """The signed list of certificates that were revoked before their last day; Two queries.

    '' before the first was issued, and while the key that signs is not in the key folder.
    """
    signer = keys.in_use()
    if signer is None:
        return ""
    day = timezone.localdate(now)
    over = Q(ended_on__isnull=False, ended_on__lte=day)
    in_force = Certificate.objects.filter(~over, number=OuterRef("number"))
    rows = IssuedNumber.objects.filter(~Exists(in_force), last_day__gte=day)
    return write_list(RevokedList(now, frozenset(rows.values_list("number", flat=True))), signer.key, signer.kid)
