"""The offices of certificates and of applications, when the codes of areas change."""

from collections.abc import Collection, Mapping

from domicile.apps.areas.recoding import Recoding
from domicile.apps.certificates.models import Certificate, PermitApplication


def move(recoding: Recoding) -> None:
    """Which office issued them. What a certificate says stays as it was signed."""
    recoding.rewrite(Certificate, "place_code")
    recoding.rewrite(PermitApplication, "place_code")


def tally(codes: Collection[str]) -> Mapping[str, int]:
    """How many rows lie under the codes, of both together."""
    found = (model.objects.filter(place_code__in=codes).count() for model in (Certificate, PermitApplication))
    return {"certificates": sum(found)}
