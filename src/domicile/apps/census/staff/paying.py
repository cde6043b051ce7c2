"""What of the work at doors is paid through the engine (staffing.pay): a household asked, once, however it came out (P-5)."""

import datetime as dt
import uuid
from collections.abc import Collection

from django.utils import timezone

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.fieldwork.models import Call
from domicile.apps.staffing.pay.registry import Work
from domicile.core.policy.parameters import parameter

#: A call after which nobody has to go again; nobody at home, or another time agreed, is a try of the same piece.
CLOSING = (Call.Outcome.ANSWERED, Call.Outcome.PROXY, Call.Outcome.REFUSED, Call.Outcome.GONE)


def work(accounts: Collection[uuid.UUID], since: dt.date, end: dt.date, today: dt.date) -> list[Work]:
    """Households at which these accounts ended the asking in [since, end): each once, for who came first. Two queries.

    A call that ended it, or a form that came from the phone of an enumerator. Refused and moved away count like answered: the rate
    is for the going. Forms that a household sent itself, and the keying of paper, are nobody's visit. It reads no answer.
    """
    begin, until = _moment(since), _moment(end)
    calls = Call.objects.filter(by__in=accounts, at__gte=begin, at__lt=until, outcome__in=CLOSING)
    forms = Answer.objects.filter(
        received_by__in=accounts, received_at__gte=begin, received_at__lt=until, road=Answer.Road.COLLECT
    )
    rows = [
        *calls.values_list("household_id", "by", "at"), *forms.values_list("household_id", "received_by", "received_at")
    ]  # fmt: skip
    review = dt.timedelta(days=parameter("honoraria.review_days", end - dt.timedelta(days=1)))
    found: dict[uuid.UUID, Work] = {}
    for household, account, at in sorted(rows, key=lambda row: (row[2], str(row[1]))):
        day = timezone.localtime(at).date()
        if account is not None and household not in found:
            found[household] = Work(household, account, day, told=True, accepted=day + review <= today)
    return list(found.values())


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
