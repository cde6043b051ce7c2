"""`domicile check collect` tells what of the forms of phones is gone, and nothing where all is there."""

import datetime as dt
import io

import pytest
from PIL import Image

from domicile.apps.collect import checks
from domicile.apps.collect.openrosa import storing
from domicile.apps.collect.openrosa.models import Attachment, Result, Submission
from domicile.apps.fieldwork.collected.tests.phones import filled, phone_of, processed
from tests import factories
from tests.cast import OTHER_COMMUNITY

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def codes(scope: str = "") -> list[str]:
    return [finding.code for finding in checks.run(scope)]


def test_what_is_gone_is_told() -> None:
    phone, held = phone_of(), io.BytesIO()
    Image.new("RGB", (8, 8)).save(held, "JPEG")
    home = factories.dwelling()
    household = factories.family(size=2, at=home, registered=False)
    child = household.members.exclude(relation="02").get().person_id
    answers = f"<dwelling>{home.pk}</dwelling><left>{child}</left><left_on>2026-01-03</left_on>"
    phone.send(filled("leaving", answers), {"door.jpg": held.getvalue()})
    (kept,) = processed()
    assert codes() == []
    photo = Attachment.objects.get()
    storing.path_of(kept.pk, photo.digest, storing.PHOTO).unlink()
    storing.path_of(kept.pk, kept.digest).unlink()
    Result.objects.filter(outcome="proposed").update(proposal=None)
    assert codes() == ["submission_file_missing", "photo_missing", "result_without_proposal"]
    assert codes(OTHER_COMMUNITY) == []
    Result.objects.all().delete()
    Submission.objects.update(erased_at=kept.received_at)
    assert codes() == ["submission_without_result"]
    Submission.objects.update(state="received", received_at=kept.received_at - dt.timedelta(days=2))
    assert codes() == ["submission_waits"]
