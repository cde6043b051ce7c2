"""Changes by programs: the same actions as at a screen, made at once or left for review by the same rules."""

import dataclasses
import datetime as dt
import re
import uuid
from collections import Counter
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import orjson
from django.db import DataError, IntegrityError, transaction
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override
from ninja import Header, Path, Router, Schema
from pydantic import Field, create_model

from domicile.apps.api import policies, schemas
from domicile.apps.api.fields import Day, Flag, Id, QueryFlag, Text
from domicile.apps.api.keys import digest_of
from domicile.apps.api.models import KeptAnswer, Token
from domicile.apps.api.problems import Faulty, Trouble
from domicile.apps.api.reading.calls import Call, requires
from domicile.apps.api.subjects import is_known, subject_of
from domicile.apps.collect import registry, selectors
from domicile.apps.collect.actions import Outcome, submit
from domicile.apps.collect.registry import Handler
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.people.actions import Correct
from domicile.apps.people.items import ITEMS

KEY = re.compile(r"[A-Za-z0-9._:-]{8,64}")
CHANGES = [gettext_noop("Changes")]
#: Values that no list on the server checks, or that the columns hold no other of.
NARROWED: dict[str, Any] = {
    "sex": Annotated[str, Field(pattern=r"^[0129]$")],
    "registered": Literal["here", "elsewhere", "abroad", "nowhere", "unknown"],
    "registered_code": Annotated[str, Field(pattern=r"^([0-9]{2,15})?$")],
    "values": Annotated[dict[Text, Text], Field(max_length=20)],
    "document_kind": Annotated[str, Field(pattern=r"^[a-z0-9_]{0,16}$")],
}
MOST_AT_ONCE = 50
TYPES: dict[Any, Any] = {str: Text, uuid.UUID: Id, dt.date: Day, bool: Flag, int: Annotated[int, Field(strict=True)]}


class _Strict(Schema, extra="forbid"):
    """Nothing but what is described."""


class _Arguments(_Strict):
    """The body's shape of a dataclass of arguments."""

    def made(self) -> Any:
        """The dataclass with these values, and with those that the kind of change fixes."""
        kind, fixed = _MADE_OF[type(self)]
        return kind(**{name: _plain(getattr(self, name)) for name in type(self).model_fields}, **fixed)


#: The dataclass of each shape, and what of it the kind of change fixes.
_MADE_OF: dict[type[_Arguments], tuple[type[Any], dict[str, Any]]] = {}


def fixed_by(handler: Handler) -> dict[str, Any]:
    """Arguments that the kind of change decides: who may correct a phone does not correct a sex by the same address."""
    if handler.arguments is Correct:
        return {"item": next(item.key for item in ITEMS.values() if item.action == handler.name)}
    return {}


def is_offered(handler: Handler, times: Counter[type[Any]]) -> bool:
    """Whether a program can ask for it: subject and arguments are known, and the arguments belong to it alone."""
    alone = times[handler.arguments] == 1 or bool(fixed_by(handler))
    return alone and is_known(handler.arguments) and is_plain(handler.arguments)


def _plain(value: Any) -> Any:
    if isinstance(value, _Arguments):
        return value.made()
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    return tuple(_plain(one) for one in value) if isinstance(value, tuple) else value


def is_plain(arguments: type[Any]) -> bool:
    """Whether all arguments are of kinds that a body can hold (and collect.arguments keep)."""
    return all(field_type(hint) is not None for hint in get_type_hints(arguments).values())


def field_type(hint: Any, name: str = "", owner: str = "") -> Any:
    """The strict type of one argument of an action; None for one that no body can hold. `owner` names nested shapes."""
    if name in NARROWED:
        return NARROWED[name]
    if hint in TYPES:
        return TYPES[hint]
    if dataclasses.is_dataclass(hint):
        return shape_of(hint, owner + hint.__name__, {}) if isinstance(hint, type) and is_plain(hint) else None  # type: ignore[redundant-expr]
    parts = [part for part in get_args(hint) if part is not type(None)]
    if get_origin(hint) is tuple and len(parts) == 2 and parts[1] is Ellipsis:
        inner = field_type(parts[0], owner=owner)
        many: Any = tuple.__class_getitem__((inner, ...))
        return None if inner is None else Annotated[many, Field(max_length=MOST_AT_ONCE)]
    if hint == dict[str, str]:
        return Annotated[dict[Id, Text], Field(max_length=MOST_AT_ONCE)]
    if len(parts) == 1 and get_origin(hint) in {Union, UnionType}:
        inner = field_type(parts[0], owner=owner)
        return None if inner is None else inner | None
    return None


def shape_of(arguments: type[Any], name: str, fixed: dict[str, Any]) -> type[_Arguments]:
    """The body's shape of a dataclass, under a name of its own."""
    hints = get_type_hints(arguments)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(arguments):
        if field.name in fixed:
            continue
        if field.default is not dataclasses.MISSING:
            default: Any = field.default
        elif field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        else:
            default = ...
        fields[field.name] = (field_type(hints[field.name], field.name, name), default)
    made: type[_Arguments] = create_model(f"{name}Arguments", __base__=_Arguments, **fields)
    _MADE_OF[made] = (arguments, fixed)
    return made


def body_of(handler: Handler) -> type[Schema]:
    """The body of a change: the arguments of its action, the reason, and the paper it rests on."""
    name = "".join(part.title() for part in re.split(r"[._]", handler.name))
    arguments = shape_of(handler.arguments, name, fixed_by(handler))
    return create_model(
        f"{name}Change",
        __base__=_Strict,
        arguments=(arguments, ...),
        reason=(Text, Field("", description="Stands in the log of changes; no numbers.")),
        evidence=(Text, Field("", description="The paper it rests on, in words.")),
    )


def offer(router: Router, handler: Handler) -> None:
    """An operation of its own for one kind of change."""
    body_type = body_of(handler)

    def change(
        request: Call,
        body: body_type,  # type: ignore[valid-type]
        dry_run: QueryFlag = False,
        idempotency_key: Annotated[
            str,
            Header(alias="Idempotency-Key", description="Made by you; the same for each repetition of this change."),
        ] = "",
    ) -> Any:
        arguments = body.arguments.made()  # type: ignore[attr-defined]
        wanted = _Wanted(handler, arguments, without_numbers(body.reason), without_numbers(body.evidence))  # type: ignore[attr-defined]
        return make(request, wanted, dry_run=dry_run, key=idempotency_key)

    change.__doc__ = (
        "Made at once or left for review by the rules of the area: `state` says which. With `dry_run=true` nothing is "
        "kept. Needs `propose_change` or `apply_change`."
    )
    router.post(
        f"/changes/{handler.name}",
        response={200: schemas.Made, 202: schemas.Made},
        tags=CHANGES,
        summary=_english(handler.label),
        operation_id=handler.name.replace(".", "_"),
    )(change)


def _english(label: Any) -> str:
    with override("en"):
        return str(label)


@dataclasses.dataclass(frozen=True)
class _Wanted:
    """A change that somebody asks for."""

    handler: Handler
    arguments: Any
    reason: str
    evidence: str


def make(request: Call, wanted: _Wanted, *, dry_run: bool, key: str) -> HttpResponse:
    """Make the change, or give the answer that was given to this key before."""
    requires(request.viewer, "propose_change", "apply_change")
    if key and not KEY.fullmatch(key):
        raise Faulty("header", "Idempotency-Key", "idempotency_key")
    if dry_run:
        return _rehearse(request.viewer, wanted)
    if not key:
        return _answer(*_make(request.viewer, wanted))
    said = digest_of(f"{request.path}\n{request.body.hex()}")
    kept = _kept(request.auth, key, said)
    if kept is not None:
        return kept
    try:
        return _make_once(request, wanted, key, said)
    except IntegrityError:  # the same key came twice at the same time: the other one made it
        kept = _kept(request.auth, key, said)
        if kept is None:
            raise Trouble("same_time", _("The same key is at work just now. Send it again in a moment.")) from None
        return kept


def _make_once(request: Call, wanted: _Wanted, key: str, said: bytes) -> HttpResponse:
    """The change and its answer in one transaction: after a crash both are there, or neither."""
    now = timezone.now()
    with transaction.atomic():
        KeptAnswer.objects.filter(token=request.auth, kept_at__lt=now - policies.answers_kept()).delete()
        row = KeptAnswer.objects.create(token=request.auth, key=key, request=said, status=0, answer="", kept_at=now)
        row.status, content = _make(request.viewer, wanted)
        row.answer = orjson.dumps(content, default=str).decode()
        row.save(update_fields=["status", "answer"])
    return _answer(row.status, content)


def _kept(token: Token, key: str, said: bytes) -> HttpResponse | None:
    row = KeptAnswer.objects.filter(token=token, key=key, kept_at__gte=timezone.now() - policies.answers_kept()).first()
    if row is None:
        return None
    if bytes(row.request) != said:
        raise Trouble("other_body", _("Use a new Idempotency-Key for a new change."))
    answer = HttpResponse(row.answer, status=row.status, content_type="application/json; charset=utf-8")
    answer["Idempotent-Replayed"] = "true"
    return answer


def _make(viewer: Viewer, wanted: _Wanted) -> tuple[int, dict[str, Any]]:
    with transaction.atomic():
        outcome = _submit(viewer, wanted)
    result = outcome.result if isinstance(outcome.result, uuid.UUID) else None
    proposal = outcome.proposal.pk if outcome.proposal else None
    state = "waiting" if outcome.waiting else "applied"
    content = {"state": state, "action": wanted.handler.name, "proposal_id": proposal, "result": result}
    return (202 if outcome.waiting else 200), content


def _rehearse(viewer: Viewer, wanted: _Wanted) -> HttpResponse:
    with transaction.atomic():
        outcome = _submit(viewer, wanted)
        transaction.set_rollback(True)
    state = "would_wait" if outcome.waiting else "would_apply"
    return _answer(200, {"state": state, "action": wanted.handler.name, "proposal_id": None, "result": None})


def _submit(viewer: Viewer, wanted: _Wanted) -> Outcome:
    subject = subject_of(viewer, wanted.arguments)
    try:
        with transaction.atomic():
            return submit(
                actor=viewer, action=wanted.handler.name, subject=subject, arguments=wanted.arguments,
                reason=wanted.reason, evidence=wanted.evidence,
            )  # fmt: skip
    except (IntegrityError, DataError, ValueError) as error:  # beneath what the action checks
        raise Refused(_("These particulars do not fit together. Check codes, lengths and days.")) from error
    except Refused as refusal:
        known = {field.name for field in dataclasses.fields(wanted.arguments)}
        refusal.field = f"arguments.{refusal.field}" if refusal.field in known else refusal.field
        raise


def _answer(status: int, content: dict[str, Any]) -> HttpResponse:
    text = orjson.dumps(content, default=str)
    return HttpResponse(text, status=status, content_type="application/json; charset=utf-8")


def router_of_changes() -> Router:
    """Operations for every kind of change that is registered and whose subject is known here, and what became of it."""
    router = Router()
    known = registry.handlers()
    times = Counter(handler.arguments for handler in known)
    for handler in known:
        if is_offered(handler, times):
            offer(router, handler)
    router.get(
        "/proposals/{proposal_id}",
        response=schemas.ProposalOut,
        tags=CHANGES,
        summary=gettext_noop("What became of a change that waited"),
        operation_id="read_proposal",
    )(proposal)
    return router


def proposal(request: Call, proposal_id: Path[Id]) -> Any:
    """Waiting, accepted, returned or withdrawn. Needs `propose_change` or `apply_change`; shows one's own only."""
    viewer = request.viewer
    requires(viewer, "propose_change", "apply_change")
    found = selectors.proposals(viewer).filter(pk=proposal_id).first()
    if found is None or found.proposed_by != viewer.user_id:
        raise Trouble("not_found", _("There is nothing here, or it lies outside the area of the token."))
    names = ("id", "action", "state", "subject_kind", "subject_id", "proposed_at", "decided_at")
    return {**{name: getattr(found, name) for name in names}, "note": found.decision_note}
