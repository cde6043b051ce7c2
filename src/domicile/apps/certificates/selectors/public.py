"""What everybody may carry: the public keys, and the numbers of revoked certificates. Nothing here is about a person."""

import datetime as dt

from django.utils import timezone

from domicile.apps.certificates import keys
from domicile.apps.certificates.models import Certificate
from domicile.core.certificates import RevokedList, write_list


def revoked_list(now: dt.datetime) -> str:
    """The signed list of certificates that were revoked before their last day; Two queries.

    '' before the first was issued, and while the key that signs is not in the key folder.
    """
    signer = keys.in_use()
    if signer is None:
        return ""
    day = timezone.localdate(now)
    rows = Certificate.objects.filter(ended_on__lte=day, last_day__gte=day)
    return write_list(RevokedList(now, frozenset(rows.values_list("number", flat=True))), signer.key, signer.kid)
