"""The files that phones sent for a census: also those that became no answer go with its forms, whichever other census stands."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator

from django.db.models import Max, Min, Q
from django.utils import timezone

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.coverage.models import CoverageHousehold
from domicile.apps.census.listing.models import Dwelling, Household
from domicile.apps.census.plan.models import Census, Phase
from domicile.apps.collect.openrosa import storing
from domicile.apps.collect.openrosa.models import Result, Submission
from domicile.apps.common.fields import prefix_q

FORMS, FROM_PHONES = "census_", "collect:"
AT_ONCE = 500


def erase(census: Census) -> int:
    """Delete the files of a census; returns of how many forms. To be called while its rows are still there.

    Its own are those of which something became in it. Of the rest, where nobody can say for which census they were, those go
    that came from its area within its phases, or when no other census had any: that another one might be meant keeps nothing.
    What became something in another census stays with that.
    """
    done, came = 0, _came_for(census)
    for keys in _batches():
        own, others = _became(census, keys)
        came_now = set(Submission.objects.filter(came, pk__in=keys).values_list("pk", flat=True))
        gone = list(Submission.objects.filter(pk__in=own | (came_now - others)))
        for row in gone:
            storing.erase(row)
        Submission.objects.filter(pk__in=[row.pk for row in gone]).update(erased_at=timezone.now())
        done += len(gone)
    return done


def _batches() -> Iterator[list[uuid.UUID]]:
    """The keys of forms of which files are there, in order, so many at once."""
    rows = (
        Submission.objects.filter(form_id__startswith=FORMS, erased_at=None).order_by("pk").values_list("pk", flat=True)
    )
    keys = list(rows[:AT_ONCE])
    while keys:
        yield keys
        keys = list(rows.filter(pk__gt=keys[-1])[:AT_ONCE])


def _became(census: Census, keys: Collection[uuid.UUID]) -> tuple[set[uuid.UUID], set[uuid.UUID]]:
    """Which of these forms became something in this census, and which in another: an answer, a door, a visit, a survey's home."""
    told = list(
        Result.objects.filter(submission__in=keys, subject_id__isnull=False).values_list("submission_id", "subject_id")
    )
    subjects = {subject for _key, subject in told if subject is not None}
    of = {
        key: found
        for rows, path in (
            (Household.objects, "census_id"),
            (Dwelling.objects, "building__census_id"),
            (CoverageHousehold.objects, "area__survey__census_id"),
        )
        for key, found in rows.filter(pk__in=subjects).values_list("pk", path)
    }
    own = {key for key, subject in told if of.get(subject) == census.pk}
    others = {key for key, subject in told if of.get(subject, census.pk) != census.pk}
    sent = {
        FROM_PHONES + name: key for key, name in Submission.objects.filter(pk__in=keys).values_list("pk", "instance_id")
    }
    answers = Answer.objects.filter(census=census, instance__in=list(sent)).values_list("instance", flat=True)
    return own | {sent[instance] for instance in answers}, others


def _came_for(census: Census) -> Q:
    """Forms that came from the area of a census within its phases, or within those of no other whose forms are still there."""
    others = Census.objects.exclude(pk=census.pk).exclude(destruction__done_at__isnull=False)
    nobodys = Q(received_at__isnull=False)  # every one
    for other in others:
        nobodys &= ~(prefix_q("place_code", other.scope) & _within(other, always=True))
    return nobodys | (prefix_q("place_code", census.scope) & _within(census, always=False))


def _within(census: Census, *, always: bool) -> Q:
    """Received from the first day to the last one of the phases; `always` or never where none is planned."""
    told = Phase.objects.filter(census=census).aggregate(begin=Min("begins_on"), end=Max("ends_on"))
    if told["begin"] is None:
        return Q(received_at__isnull=not always)
    begin, end = (timezone.make_aware(dt.datetime.combine(told[name], dt.time())) for name in ("begin", "end"))
    return Q(received_at__gte=begin, received_at__lt=end)
