"""Set up a phone for a worker, stop it, end it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from domicile.apps.accounts.models import User
from domicile.apps.audit.recording import recording
from domicile.apps.collect.openrosa import policies, registry, selectors, tokens
from domicile.apps.collect.openrosa.models import AppUser, Submission
from domicile.apps.common.masking import without_numbers
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer

PLACE = 15


@dataclass(frozen=True)
class NewPhone:
    """A phone that was set up, and its token, which is kept nowhere."""

    app_user: AppUser
    token: str


def make_phone(*, actor: Viewer, worker_id: uuid.UUID, scopes: Collection[str], label: str = "") -> NewPhone:
    """Set up a phone for a worker of the actor's areas, for areas that are the worker's; its token is told once.

    Raises Refused naming the faulty field, NotAllowed without `manage_collection`.
    """
    actor.require(policies.MANAGE)
    if actor.user_id is None:
        raise NotAllowed(policies.MANAGE)
    held = selectors.areas_of_worker(actor, worker_id)
    if not held:
        raise Refused(_("Choose a worker who has a grid or a community in your areas."), "worker")
    wanted = list(dict.fromkeys(scopes)) or [grant.scope for grant in held]
    roles = {grant.role for grant in held if grant.scope in wanted}
    beyond = sorted(set(wanted) - {grant.scope for grant in held})
    if beyond or len(roles) != 1:
        raise Refused(_("Choose areas that are this worker's, all of one role."), "scopes")
    worker = User.objects.get(pk=worker_id)
    why_not = registry.locked(worker)
    if why_not:
        raise Refused(why_not, "worker")
    text = tokens.new_token()
    phone = AppUser(
        worker=worker, label=without_numbers(label.strip())[:64], digest=b"", role=roles.pop(), scopes=" ".join(wanted),
        place_code=min(wanted).ljust(PLACE, "0"), made_by=actor.user_id, made_at=timezone.now(),
    )  # fmt: skip
    if len(phone.scopes) > 200:
        raise Refused(_("These are too many areas for one phone."), "scopes")
    with recording(
        actor=actor, action="collect.make_phone", subject_kind="phone", subject_id=phone.pk,
        place_code=phone.place_code,
    ) as change:  # fmt: skip
        change.create(phone)
        phone.digest = tokens.digest_of(text)
        phone.save(update_fields=["digest"])  # beside the record: the hash of a secret has no place in the log
    return NewPhone(phone, text)


def stop_phone(*, actor: Viewer, phone_id: uuid.UUID, at_once: bool = False) -> AppUser:
    """Let a phone only send what it still holds; `at_once` (lost, stolen) let it do nothing any more."""
    actor.require(policies.MANAGE)
    phone = selectors.phone(actor, phone_id)
    field = "ended_at" if at_once else "draining_at"
    if phone.ended_at is not None or getattr(phone, field) is not None:
        raise Refused(_("This phone was stopped already."))
    with recording(
        actor=actor, action="collect.end_phone" if at_once else "collect.stop_phone", subject_kind="phone",
        subject_id=phone.pk, place_code=phone.place_code,
    ) as change:  # fmt: skip
        change.update(phone, **{field: timezone.now()})
    return phone


def settle(*, actor: Viewer, submission_id: uuid.UUID) -> Submission:
    """Note that somebody saw to what a form was kept aside for; what it became stays as it is."""
    actor.require(policies.MANAGE)
    found = selectors.submission(actor, submission_id)
    if found.state != Submission.State.ASIDE:
        raise Refused(_("This form is not kept aside."))
    with recording(
        actor=actor, action="collect.settle_submission", subject_kind="submission", subject_id=found.pk,
        place_code=found.place_code,
    ) as change:  # fmt: skip
        change.update(found, state=Submission.State.PROCESSED)
    return found
