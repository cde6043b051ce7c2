"""One way in for all roads: a form is sealed, kept, and set beside what the household answered before.

Nothing that comes in is thrown away or refused for what it says: forty people in a dwelling, somebody of 127 years and a
form without an answer are kept, counted by the rules of precedence.py, and asked about (quickcount, fieldwork).
"""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from domicile.apps.audit.recording import Recorder, recording
from domicile.apps.census.answers import numbers, precedence, quick
from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.precedence import Standing
from domicile.apps.census.listing.models import Household
from domicile.apps.census.plan.models import Census
from domicile.apps.common.ids import new_id
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import Viewer
from domicile.apps.vault import keyring, sealing
from domicile.core.enumeration import with_minutes

RECEIVE = "census.receive_answer"
INSTANCE = 100
HOUSEHOLDS_OWN = Viewer(user_id=None, name="household", role="", channel="web")
COUNTS = Answer.State.COUNTS.value
#: The forms of which a household fills in one; each other form stands beside it.
ONE_OF = frozenset({Answer.Form.SHORT.value, Answer.Form.LONG.value})


def receive(
    *, census: Census, household: Household, road: str, form: str, content: Mapping[str, Any], instance: str,
    at: dt.datetime, by: Viewer | None = None, also: Callable[[Recorder], object] | None = None,
) -> Answer:  # fmt: skip
    """Keep a form that came in; give the answer it became, or the one that it is again.

    `content`: the items of the household and `persons`, a list of theirs; `instance`: the sender's number of this form, at
    most 100 characters; `at`: when it came in (with a time zone); `by`: whoever collected or keyed it, None for the household
    itself. The same content under the same `instance` is the same answer, however often it comes. Other content under the
    same `instance` is kept as well and is a question. From outside the areas of `by` it is kept and is a question. Once
    matching is over it is kept, and compared, without resident numbers. `also` is
    called with the record of a form that is new, for what is written together with it.

    Raises Refused only for what no form can be: an unknown road or form, no instance, content that is not JSON, a household of
    another census. NotAllowed where `by` may not fill in forms at all.
    """
    if by is not None:
        by.require("propose_change")
    text = _checked(census, household, road, form, content, instance, at)
    with recording(
        actor=by or HOUSEHOLDS_OWN, action=RECEIVE, subject_kind="household", subject_id=household.pk,
        place_code=household.place_code,
    ) as change:  # fmt: skip
        # Whoever comes second waits here, so that two roads at once are one after the other.
        held = Household.objects.select_for_update(of=("self",)).annotate(over=numbers.OVER).get(pk=household.pk)
        as_kept: Callable[[str], str] = numbers.text_without if held.over else str
        text = as_kept(text)
        # One question for both: what came under this number before, and what counts of the household.
        stood = list(Answer.objects.filter(Q(census=census, instance=instance) | Q(household=held, state=COUNTS)))
        found = next((one for one in stood if one.instance == instance), None)
        if found is not None:
            if as_kept(sealing.open_value(found, "content")) == text and found.household_id == held.pk:
                return found
            instance = f"{instance}~{keyring.blind('term', f'{held.pk.hex}{text}').hex()[:12]}"
            again = Answer.objects.filter(census=census, instance=instance).first()
            if again is not None:
                return again
        fresh = Answer(
            pk=new_id(), census=census, household=held, envelope_id=held.envelope_id, place_code=held.place_code, road=road,
            form=form, instance=instance, received_at=at, received_by=by.user_id if by is not None else None,
            people=len(quick.persons_of(content)), proxy=content.get("proxy") in (True, 1, "1", "yes"),
        )  # fmt: skip
        _seal(fresh, text, quick.pack(content))
        before = next(
            (one for one in stood if one.state == COUNTS and one.household_id == held.pk and _beside(one, form)), None
        )
        same = (
            before is not None
            and before.form == form
            and _said(as_kept(sealing.open_value(before, "content"))) == _said(text)
        )
        _place(change, fresh, held, before, same=same, aside=_aside(held, found, by))
        if also is not None:
            also(change)
    return fresh


def _checked(
    census: Census,
    household: Household,
    road: str,
    form: str,
    content: Mapping[str, Any],
    instance: str,
    at: dt.datetime,
) -> str:
    """The content as text that is the same for the same content. Raises Refused."""
    if household.census_id != census.pk:
        raise Refused(_("This household belongs to another census. Send the form to that one."), "household")
    if road not in Answer.Road.values:
        raise Refused(_("This road of answers is not known."), "road")
    if form not in Answer.Form.values:
        raise Refused(_("This form is not known."), "form")
    if not instance or len(instance) > INSTANCE:
        raise Refused(_("A form needs a number of its own of at most 100 characters."), "instance")
    if at.tzinfo is None:
        raise ValueError("`at` needs a time zone")
    try:
        return orjson.dumps(dict(content), option=orjson.OPT_SORT_KEYS).decode()
    except TypeError as problem:
        raise Refused(_("The content of this form cannot be read. Send it again."), "content") from problem


def _seal(answer: Answer, text: str, packed: bytes) -> None:
    table, key = answer._meta.db_table, sealing.ensure_subject(answer.envelope_id)
    answer.content = sealing.encrypt(key, text.encode(), sealing.binding(table, "content", answer.pk))
    answer.quick = sealing.encrypt(key, packed, sealing.binding(table, "quick", answer.pk))


def _aside(household: Household, found: Answer | None, by: Viewer | None) -> str:
    """Why an answer does not count whatever it says, until a supervisor says so; '' where it may."""
    if found is not None:
        return precedence.CHANGED
    if household.ended_on is not None:
        return precedence.ENDED
    if by is not None and not by.covers(household.place_code):
        return precedence.OUTSIDE
    return ""


def _beside(answer: Answer, form: str) -> bool:
    """Whether an answer stands in the place of one on this form: the short and the long form are one."""
    return answer.form in (ONE_OF if form in ONE_OF else {form})


def counting(household_id: uuid.UUID, form: str) -> Answer | None:
    """The answer of a household that counts on this form; the short and the long form are one."""
    forms = ONE_OF if form in ONE_OF else {form}
    return Answer.objects.filter(household_id=household_id, form__in=forms, state=Answer.State.COUNTS).first()


def standing(answer: Answer, household: Household) -> Standing:
    """What the rules compare of an answer."""
    as_asked = answer.form not in ONE_OF or answer.form == household.form
    return Standing(answer.people, as_asked, answer.proxy, answer.road, answer.received_at, answer.received_by)


def _said(text: str) -> dict[str, Any]:
    """What a form says, without how long it took: the same answers by two roads seldom take equally long."""
    return with_minutes(orjson.loads(text), None)


def _place(
    change: Recorder, fresh: Answer, household: Household, before: Answer | None, *, same: bool, aside: str
) -> None:
    """Store an answer beside the one that counts (`before`; `same`: with the same content), as the rules say."""
    if aside:
        fresh.state, fresh.why = Answer.State.KEPT, aside
    elif before is None:
        fresh.state, fresh.why = Answer.State.COUNTS, precedence.FIRST
    elif same:
        fresh.state, fresh.why, fresh.settled_at = Answer.State.KEPT, precedence.SAME, fresh.received_at
    elif before.why == precedence.SUPERVISOR:
        fresh.state, fresh.why = Answer.State.KEPT, precedence.SUPERVISOR
    else:
        newer, older = standing(fresh, household), standing(before, household)
        wins, rule = precedence.newer_wins(newer, older)
        settled = None if precedence.is_a_question(newer, older) else fresh.received_at
        fresh.why = rule
        if wins:
            change.update(before, state=Answer.State.KEPT, why=rule, settled_at=settled)
            fresh.state = Answer.State.COUNTS
        else:
            change.update(before, why=rule)
            fresh.state, fresh.settled_at = Answer.State.KEPT, settled
    change.create(fresh)
