"""Upper apps register here which forms are handed out, which lists they choose from, and what a filled form means."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from domicile.apps.administration.telling import TABLES
from domicile.apps.administration.words import ACTIONS, QUESTIONS
from domicile.apps.audit.bundles import NewRow
from domicile.apps.common.inserting import Fields
from domicile.apps.common.viewer import Viewer
from domicile.core.messages.submissions import Answers

if TYPE_CHECKING:
    from domicile.apps.accounts.models import User
    from domicile.apps.collect.openrosa.receipts import Receipt
    from domicile.apps.collect.openrosa.storing import Sent

Row = Sequence[str]


@dataclass(frozen=True)
class EntityList:
    """Rows that forms choose from, on the phone of one worker.

    `columns` begin with name (a UUID) and label. `rows(viewer)` gives what lies in the viewer's areas, in order, never
    a number of a document or a phone; `there(viewer, ids)` which of these still do. `persons(rows)` are those named.
    """

    name: str
    columns: tuple[str, ...]
    rows: Callable[[Viewer], Sequence[Row]]
    there: Callable[[Viewer, Collection[uuid.UUID]], Collection[uuid.UUID]]
    persons: Callable[[Sequence[Row]], Collection[uuid.UUID]] = lambda rows: ()


@dataclass(frozen=True)
class Form:
    """A form: its XLSForm as text, its version, the lists it uses, and what a filled one means.

    `receive(receipt, answers)` makes proposals or records of it through the receipt. A form that is not `open` is neither
    handed out nor taken any more; one with `offered` is handed out to those alone of whom it says so.

    `gather(pairs)` reads what `receive` needs to know of what is on file, for many (receipt, answers) at once in a number of
    queries that does not grow with theirs; `receive` finds it as `receipt.ground`. With it, `receive` asks nothing itself and
    writes through the receipt alone.
    """

    id: str
    title: Mapping[str, str]
    path: Path
    version: str
    lists: tuple[str, ...]
    receive: Callable[["Receipt", Answers], None]
    open: bool = True
    gather: "Callable[[Sequence[tuple[Receipt, Answers]]], Any] | None" = None
    offered: Callable[[Viewer], bool] | None = None


@dataclass(frozen=True)
class Processed:
    """A filled form that was processed: its answers, who sent it, the columns of what became of each answer, in order, and
    the rows that it recorded (a visit)."""

    submission: "Sent"
    viewer: Viewer
    answers: Answers
    results: Sequence[Fields]
    records: Sequence[NewRow] = ()


#: Called with forms that were processed together, in the transaction that writes their results.
After = Callable[[Sequence[Processed]], None]
#: Whether an account may collect: '' or why not, in words.
Lock = Callable[["User"], Any]

#: How the logs of changes and of looks call what happens here.
ACTIONS.update(
    {
        "collect.make_phone": _("phone set up for collecting"),
        "collect.stop_phone": _("phone stopped fetching"),
        "collect.end_phone": _("phone ended"),
        "collect.settle_submission": _("form kept aside seen to"),
    }
)
TABLES["collect_appuser"] = _("phones that collect")
TABLES["collect_submission"] = _("forms from phones")
QUESTIONS.update(
    {
        "entity_list": _("list of dwellings or people on a phone"),
        "photo": _("photo of a place"),
    }
)

_forms: dict[str, Form] = {}
_lists: dict[str, EntityList] = {}
_locks: list[Lock] = []
_afters: list[After] = []


def register_form(form: Form) -> None:
    """Make a form known. Registering the same id twice is a programming error."""
    if form.id in _forms:
        raise ValueError(f"{form.id} is registered already")
    _forms[form.id] = form


def register_list(entities: EntityList) -> None:
    """Make an entity list known."""
    if entities.name in _lists:
        raise ValueError(f"{entities.name} is registered already")
    _lists[entities.name] = entities


def register_lock(lock: Lock) -> None:
    """Ask this before a worker is given a phone to collect with, for instance whether training was passed."""
    _locks.append(lock)


def register_after(after: After) -> None:
    """Call this with what was processed, for instance to close tasks: any number of forms, in few statements.

    It runs in the transaction of their results. What it raises undoes them; each form then goes alone, and the one
    that it raises for is kept aside.
    """
    _afters.append(after)


def after(processed: Sequence[Processed]) -> None:
    """Tell all who asked to be told."""
    if processed:
        for call in _afters:
            call(processed)


def form(form_id: str) -> Form | None:
    """The form, if there is one."""
    return _forms.get(form_id)


def forms() -> list[Form]:
    """Every form that is handed out, by id."""
    return [_forms[key] for key in sorted(_forms) if _forms[key].open]


def entity_list(name: str) -> EntityList | None:
    """The entity list, if there is one."""
    return _lists.get(name)


def locked(user: "User") -> Any:
    """Why this account may not collect; '' where nothing stands against it."""
    return next((why for lock in _locks if (why := lock(user))), "")
