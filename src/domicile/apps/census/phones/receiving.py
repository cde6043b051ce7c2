"""What a form of the census from a phone becomes: an answer of the household that was chosen."""

from collections.abc import Callable
from functools import partial

from django.conf import settings
from django.utils.translation import gettext as _

from domicile.apps.census.answers.models import Answer
from domicile.apps.census.answers.receiving import RECEIVE, receive
from domicile.apps.census.listing.models import Household
from domicile.apps.census.phones.lists import HOUSEHOLDS
from domicile.apps.collect.drafts import Subject
from domicile.apps.collect.openrosa.receipts import Receipt
from domicile.apps.collect.openrosa.registry import Form, register_form, register_list
from domicile.core.enumeration import content_of, forms
from domicile.core.messages.submissions import Answers

COLLECT = Answer.Road.COLLECT.value


def take(form: str, receipt: Receipt, answers: Answers) -> None:
    """Keep what a household answered at the door. One outside the phone's areas is kept too, and is a question.

    Raises Broken where a number is none: the form is kept aside as it came.
    """
    content = content_of(forms()[form], answers)
    key = answers.id("household")
    household = Household.objects.select_related("census").filter(pk=key).first() if key is not None else None
    if household is None:
        receipt.refuse(RECEIVE, str(_("The household is not on the list. Look it up there and send the form again.")))
        return
    receive(
        census=household.census, household=household, road=COLLECT, form=form, content=content,
        instance=f"collect:{receipt.submission.instance_id}", at=receipt.submission.received_at, by=receipt.viewer,
    )  # fmt: skip
    receipt.done(RECEIVE, Subject("household", household.pk, household.place_code))


def register_all() -> None:
    """Called once at start-up."""
    register_list(HOUSEHOLDS)
    for name, form in forms().items():
        path = settings.FORMS / "census" / f"census_{name}.md"
        taken: Callable[[Receipt, Answers], None] = partial(take, name)
        title = {"zh": form.words.zh, "en": form.words.en}
        register_form(Form(f"census_{name}", title, path, form.version, (HOUSEHOLDS.name,), taken))
