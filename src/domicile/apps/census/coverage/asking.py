"""Who asks again, on a phone: accounts to which the office gives drawn areas, never one that asked there first or could see what
was said there. What they find is kept as the households of a file are (bringing.py).
"""

import unicodedata
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import orjson
from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from domicile.apps.access.grants import grants_on
from domicile.apps.access.models import Grant
from domicile.apps.accounts.models import User
from domicile.apps.areas.selectors import names_of
from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.census.answers import numbers
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.coverage.bringing import PERMISSION, check_open, sealed
from domicile.apps.census.coverage.models import CoverageArea, CoverageHousehold, CoverageSurvey
from domicile.apps.census.fieldwork.models import Call
from domicile.apps.census.listing.actions import envelope_of
from domicile.apps.collect.drafts import Subject
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.collect.openrosa.registry import EntityList, Form, register_form, register_list
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed, Viewer
from domicile.apps.vault import sealing
from domicile.core.enumeration import content_of, survey
from domicile.core.messages.submissions import Answers

GIVE, TAKE = "census.give_coverage", "census.take_coverage"
COLLECT = "propose_change"
FORM, LIST = "census_again", "coverage_areas"
NUMBER = 64
FIRST = _("Who asked first in this area, or may see its forms, does not ask there again. Choose somebody else.")


def barred(area: CoverageArea) -> set[uuid.UUID]:
    """The accounts that asked in an area first (forms, visits) or could see its forms since the moment. Three queries."""
    census, place = area.survey.census, area.place_code
    answers = Answer.objects.filter(census=census, place_code=place).exclude(received_by=None)
    calls = Call.objects.filter(household__census=census, household__place_code=place).exclude(by=None)
    over = [place[:length] for length in range(1, len(place) + 1)]
    grants = Grant.objects.filter(scope__in=over, state=Grant.State.HOLDS).filter(
        Q(valid_to=None) | Q(valid_to__gt=timezone.localdate(census.reference_at))
    )
    found = set(answers.values_list("received_by", flat=True)) | set(calls.values_list("by", flat=True))
    return {one for one in found if one is not None} | set(grants.values_list("user_id", flat=True))


def candidates(area: CoverageArea) -> list[tuple[uuid.UUID, str]]:
    """Accounts that may ask in an area again, by name: of a role inside the census's area, and not barred."""
    today, scope = timezone.localdate(), area.survey.census.scope
    held = Grant.objects.filter(scope__startswith=scope, state=Grant.State.HOLDS, valid_from__lte=today)
    users = held.filter(Q(valid_to=None) | Q(valid_to__gt=today)).values("user_id")
    rows = User.objects.filter(pk__in=users, is_active=True).exclude(pk__in=barred(area)).order_by("real_name", "pk")
    return [(row.pk, row.real_name) for row in rows]


@transaction.atomic
def give(*, actor: Viewer, area_id: uuid.UUID, worker_id: uuid.UUID | None) -> CoverageArea:
    """Give a drawn area to an account that asks there again on a phone; None: to nobody. What was asked already stays.

    Raises NotAllowed, and Refused for whoever asked there first or may see its forms, and once matching is over.
    """
    area = (
        CoverageArea.objects.select_for_update(of=("self",)).select_related("survey__census").filter(pk=area_id).first()
    )
    if area is None or not actor.may(PERMISSION) or not actor.covers(area.survey.census.scope):
        raise NotAllowed("give an area to be asked again")
    if area.survey.ended_at is not None:
        raise Refused(_("The areas were drawn anew: this one is not asked again."))
    check_open(area.survey)
    worker = User.objects.filter(pk=worker_id, is_active=True).first() if worker_id is not None else None
    if worker_id is not None and (worker is None or not grants_on(worker_id, timezone.localdate()).exists()):
        raise Refused(_("Choose one of the list."), "worker")
    if worker is not None and worker.pk in barred(area):
        raise Refused(FIRST, "worker")
    with recording(
        actor=actor, action=GIVE, subject_kind="census", subject_id=area.survey.census_id, place_code=area.place_code
    ) as change:
        change.update(area, asker=worker.pk if worker else None, asker_name=worker.real_name if worker else "")
    return area


def _given(viewer: Viewer) -> list[CoverageArea]:
    """The areas that the viewer asks again: given to them, still asked, and not barred meanwhile."""
    viewer.require(COLLECT)
    rows = CoverageArea.objects.filter(asker=viewer.user_id, survey__ended_at=None).select_related("survey__census")
    held = [row for row in rows.order_by("place_code") if not numbers.over(row.survey.census_id)]
    return [row for row in held if viewer.user_id not in barred(row)]


def rows(viewer: Viewer) -> Sequence[tuple[str, ...]]:
    """The areas that the worker asks again, with the census moment. They name nobody and no household of the census."""
    found, given = [], _given(viewer)
    names = names_of(row.place_code for row in given)
    for row in given:
        moment = timezone.localtime(row.survey.census.reference_at)
        label = f"{names.get(row.place_code, '')} {row.place_code}".strip()
        found.append((str(row.pk), label, str(moment.year), str(moment.month)))
    return found


def there(viewer: Viewer, ids: Collection[uuid.UUID]) -> Collection[uuid.UUID]:
    """Which of these the worker still asks again."""
    return {row.pk for row in _given(viewer)} & set(ids)


AREAS = EntityList(LIST, ("name", "label", "year", "month"), rows, there)


def offered(viewer: Viewer) -> bool:
    """Whether the form is handed out: to whom an area is given."""
    return viewer.may(COLLECT) and bool(_given(viewer))


def take(receipt: Receipt, answers: Answers) -> None:
    """Keep what was asked again behind a door. What is not taken stays as it came, with the words for it."""
    key, viewer = answers.id("area"), receipt.viewer
    area = CoverageArea.objects.select_related("survey__census").filter(pk=key).first() if key is not None else None
    if area is None or area.asker is None or area.asker != viewer.user_id:
        receipt.refuse(TAKE, str(_now("This area is not given to this worker to be asked again.")))
        return
    try:
        row = keep(
            actor=viewer, area=area, number=answers.text("number"), content=content_of(survey(), answers),
            instance=receipt.submission.instance_id, replaces=receipt.submission.deprecated_id,
        )  # fmt: skip
    except Refused as refusal:
        receipt.refuse(TAKE, str(refusal.message))
        return
    receipt.done(TAKE, Subject("coverage_home", row.pk, area.place_code))


def keep(
    *, actor: Viewer, area: CoverageArea, number: str, content: Mapping[str, Any], instance: str, replaces: str = ""
) -> CoverageHousehold:
    """Keep a household that was asked again, from a form of a phone with the number `instance`.

    One number in an area is one household: the same content again is the same record, and a form that corrects another
    (`replaces`) takes its place. Raises Refused for other content under the number of a household, which would be lost
    otherwise; for whoever asked first; once the areas were drawn anew or matching is over.
    """
    number = " ".join(unicodedata.normalize("NFKC", number).split())
    if not 0 < len(number) <= NUMBER or not content.get("persons"):
        raise Refused(_("The form needs a door, and somebody who lives behind it."))
    text = orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS).decode()
    with transaction.atomic():
        held = CoverageSurvey.objects.select_for_update(of=("self",)).get(pk=area.survey_id)
        if held.ended_at is not None:
            raise Refused(_("The areas were drawn anew: this one is not asked again."))
        check_open(held)
        if actor.user_id in barred(area):
            raise Refused(FIRST)
        known = CoverageHousehold.objects.filter(area__survey=held)
        before = known.filter(instance=replaces).first() if replaces else None
        there_is = known.filter(area=area, number=number).first()
        if there_is is not None and sealing.open_value(there_is, "content") == text:
            return there_is
        if there_is is not None and (before is None or there_is.pk != before.pk):
            raise Refused(
                _("A form with this number came from this area before. If it is the same household, correct that form on the "
                  "phone; if it is another one, give it a number of its own.")
            )  # fmt: skip
        with recording(
            actor=actor, action=TAKE, subject_kind="census", subject_id=held.census_id, place_code=area.place_code
        ) as change:
            return _stored(change, before, area, number, content, instance)


def _stored(
    change: Recorder,
    before: CoverageHousehold | None,
    area: CoverageArea,
    number: str,
    content: Mapping[str, Any],
    instance: str,
) -> CoverageHousehold:
    envelope = envelope_of(change, area.survey.census, area.place_code)
    row = before or CoverageHousehold(pk=new_id())
    told: dict[str, Any] = {
        "area_id": area.pk, "envelope_id": envelope.pk, "number": number, "instance": instance, "people": len(content["persons"]),
        "content": sealed(row, sealing.ensure_subject(envelope.pk), content),
    }  # fmt: skip
    if before is not None:
        change.update(before, **told)
        return before
    for name, value in told.items():
        setattr(row, name, value)
    return change.create(row)


def register_all() -> None:
    """Called once at start-up."""
    register_list(AREAS)
    form = survey()
    path = settings.FORMS / "census" / f"{FORM}.md"
    title = {"zh": form.words.zh, "en": form.words.en}
    register_form(Form(FORM, title, path, form.version, (LIST,), take, offered=offered))
