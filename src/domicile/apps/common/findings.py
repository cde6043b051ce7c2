"""What a check found: the one shape that every check of the register gives, and that pages and commands print."""

from dataclasses import dataclass
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `code` names the rule, `place` the area, grid or place code that it lies in ('' for none).

    `message_zh` and `message_en` say what is wrong and what to do. `subject` is the id of the row (32 hex digits) where
    there is one; `geometry` a GeoJSON geometry where it can be drawn on a map.
    """

    code: str
    severity: Severity
    place: str
    message_zh: str
    message_en: str
    subject: str = ""
    geometry: dict[str, Any] | None = None
