"""What went wrong, as application/problem+json (RFC 9457): which field, and what to do, in the reader's language."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CONTENT_TYPE = "application/problem+json"
TITLES: dict[str, tuple[int, Promise]] = {
    "unreadable": (400, gettext_lazy("The request cannot be read")),
    "token": (401, gettext_lazy("No valid token")),
    "not_allowed": (403, gettext_lazy("Not allowed")),
    "not_found": (404, gettext_lazy("Not found here")),
    "method": (405, gettext_lazy("Not for this address")),
    "same_time": (409, gettext_lazy("Already under way")),
    "too_large": (413, gettext_lazy("Too large")),
    "media_type": (415, gettext_lazy("Send JSON")),
    "invalid": (422, gettext_lazy("Something in the request does not fit")),
    "refused": (422, gettext_lazy("The change cannot be made as asked")),
    "other_body": (422, gettext_lazy("This key was used for another request")),
    "too_many": (429, gettext_lazy("Too many wrong tokens")),
}
CURES: dict[str, Promise] = {
    "missing": gettext_lazy("This is missing. Add it."),
    "extra_forbidden": gettext_lazy("There is no such field. Leave it out, or look for its name in the documentation."),
    "string_type": gettext_lazy("Write text here."),
    "string_too_long": gettext_lazy("This is too long. Shorten it."),
    "string_too_short": gettext_lazy("This is too short, or empty."),
    "string_pattern_mismatch": gettext_lazy("This has not the right form; the documentation shows it."),
    "int_parsing": gettext_lazy("Write a whole number."),
    "int_type": gettext_lazy("Write a whole number."),
    "less_than_equal": gettext_lazy("This number is too large."),
    "greater_than_equal": gettext_lazy("This number is too small."),
    "bool": gettext_lazy("Write true or false."),
    "day": gettext_lazy("Write a day like 2026-01-31."),
    "uuid": gettext_lazy("Write an id as an earlier answer gave it."),
    "literal_error": gettext_lazy("Choose one of the values that the documentation names."),
    "enum": gettext_lazy("Choose one of the values that the documentation names."),
    "dict_type": gettext_lazy("Write an object with names and values."),
    "model_attributes_type": gettext_lazy("Write an object with names and values."),
    "cursor": gettext_lazy("This cursor belongs to another question, or was changed. Begin again without one."),
    "idempotency_key": gettext_lazy("Send a key of 8 to 64 letters, digits, dots, dashes, colons or underscores."),
    "needed": gettext_lazy("Give this."),
}
ANY = gettext_lazy("This value does not fit. The documentation says what is expected.")


@dataclass(frozen=True)
class Fault:
    """One thing that does not fit. `where`: body, query, path or header; `field` its name, with dots inside a body."""

    where: str
    field: str
    message: str


class Faulty(Exception):
    """One value of the request does not fit; `cure` is a key of CURES."""

    def __init__(self, where: str, field: str, cure: str) -> None:
        super().__init__(f"{where} {field}: {cure}")
        self.fault = Fault(where, field, str(CURES[cure]))


class Trouble(Exception):
    """A problem without a field, by its name in TITLES, with what to do."""

    def __init__(self, code: str, detail: Any) -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


def problem(code: str, detail: Any, faults: Sequence[Fault] = ()) -> HttpResponse:
    """The answer for a problem of TITLES."""
    status, title = TITLES[code]
    content: dict[str, Any] = {
        "type": f"/api/v1/docs#problem-{code}",
        "title": str(title),
        "status": status,
        "detail": str(detail),
        "code": code,
    }
    if faults:
        content["errors"] = [asdict(fault) for fault in faults]
    return HttpResponse(orjson.dumps(content), status=status, content_type=CONTENT_TYPE)


def invalid(errors: Sequence[dict[str, Any]]) -> HttpResponse:
    """The answer for values that the description of the interface does not allow."""
    faults = []
    for error in errors:
        where, *path = error["loc"]
        # What was sent under the name of the whole body is named without it.
        names = [str(part) for part in (path[1:] if where == "body" and len(path) > 1 else path)]
        kind = str(error.get("ctx", {}).get("cure") or error["type"])
        faults.append(Fault(str(where), ".".join(names), str(CURES.get(kind, ANY))))
    return problem("invalid", _("Correct what `errors` names and send it again."), faults)


def not_found(request: HttpRequest) -> HttpResponse:
    """No such address, or nothing there that the token may see: told alike."""
    return problem("not_found", _("There is nothing here, or it lies outside the area of the token."))
