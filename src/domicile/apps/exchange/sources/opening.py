"""What is said of a workbook that must not be read here."""

from domicile.apps.exchange.messages import refuse
from domicile.apps.screens import opening


def require_harmless(content: bytes) -> None:
    """Raise ImportRefused when a workbook would fill the memory, or cannot be opened at all."""
    try:
        opening.require_harmless(content)
    except opening.CannotOpen:
        raise refuse("workbook_broken") from None
    except opening.TooLarge as found:
        raise refuse("zip_bomb", detail=str(found)) from None
