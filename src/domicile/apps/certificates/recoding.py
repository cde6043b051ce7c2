"""The offices of certificates and of applications, when the codes of areas change.

Other apps tally their rows for the proof of such a change; certificates are counted nowhere.
"""

from domicile.apps.areas.recoding import Recoding
from domicile.apps.certificates.models import Certificate, PermitApplication


def move(recoding: Recoding) -> None:
    """Which office issued them. What a certificate says stays as it was signed."""
    recoding.rewrite(Certificate, "place_code")
    recoding.rewrite(PermitApplication, "place_code")
