"""The areas of requests, when the codes of areas change."""

from domicile.apps.areas.recoding import Recoding
from domicile.apps.moves.requests.models import OutsideRequest


def move(recoding: Recoding) -> None:
    """Who asked, and who is asked."""
    recoding.rewrite(OutsideRequest, "from_code")
    recoding.rewrite(OutsideRequest, "to_code")
