"""Pages about what phones sent: found by the community, not by strangers; what was kept aside says why."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from domicile.apps.audit.models import Change
from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa.models import Attachment, Submission
from domicile.apps.fieldwork.collected.tests.phones import filled, phone_of, processed
from domicile.apps.fieldwork.collected.tests.test_receiving import photo
from tests import factories
from tests.cast import LI, QIAN, sign_in

pytestmark = pytest.mark.django_db(databases=["default", "log"])


def collected() -> Submission:
    """A form of which one part became a proposal and one could not be taken, with a photo."""
    phone = phone_of()
    home = factories.dwelling()
    household = factories.family(size=3, at=home, registered=False)
    child = household.members.filter(relation="20").get().person_id
    gone = factories.person(name="赵不在")
    answers = (
        f"<dwelling>{home.pk}</dwelling><outcome>met</outcome><home><left>{child} {gone.pk}</left>"
        "<left_on>2026-01-03</left_on></home>"
    )
    assert phone.send(filled("dwelling_visit", answers), {"plate.jpg": photo()}).status_code == 201
    (kept,) = processed()
    return kept


def test_the_list_says_why_something_was_kept_aside(client: Client) -> None:
    collected()
    sign_in(client, QIAN)
    page = client.get("/collection/submissions/?state=aside").content.decode()
    assert "入户走访" in page
    assert "有一部分没有采用" in page
    assert "您的辖区内没有这种状态的表单" in client.get("/collection/submissions/?state=processed").content.decode()


def test_the_form_leads_to_its_proposal_and_back(client: Client) -> None:
    kept = collected()
    sign_in(client, QIAN)
    page = client.get(f"/collection/submissions/{kept.pk}/").content.decode()
    proposal = Proposal.objects.get()
    assert f"/proposals/{proposal.pk}/" in page
    assert "登记内容在手机下载名单之后已有变动" in page
    back = client.get(f"/proposals/{proposal.pk}/").content.decode()
    assert f"/collection/submissions/{kept.pk}/" in back


def test_somebody_sees_to_what_was_kept_aside(client: Client) -> None:
    kept = collected()
    sign_in(client, QIAN)
    assert client.post(f"/collection/submissions/{kept.pk}/settle/").status_code == 302
    kept.refresh_from_db()
    assert kept.state == Submission.State.PROCESSED
    assert Change.objects.filter(action="collect.settle_submission", subject_id=kept.pk).exists()
    assert client.post(f"/collection/submissions/{kept.pk}/settle/").status_code == 302
    stranger = Client()
    sign_in(stranger, LI)
    assert stranger.post(f"/collection/submissions/{kept.pk}/settle/").status_code == 403


def test_a_photo_is_shown_without_metadata(client: Client) -> None:
    collected()
    sign_in(client, QIAN)
    answer = client.get(f"/collection/photos/{Attachment.objects.get().pk}/")
    assert answer["Content-Type"] == "image/jpeg"
    assert b"PhoneMaker" not in answer.content


def test_a_stranger_finds_nothing(client: Client) -> None:
    kept = collected()
    sign_in(client, LI)
    assert str(kept.pk) not in client.get("/collection/submissions/").content.decode()
    assert client.get(f"/collection/submissions/{kept.pk}/").status_code == 403
    assert client.post(f"/collection/submissions/{kept.pk}/again/").status_code == 403
    assert client.get(f"/collection/photos/{Attachment.objects.get().pk}/").status_code == 403


def test_the_list_takes_the_same_queries_for_many(client: Client) -> None:
    phone = phone_of()
    sign_in(client, QIAN)
    counts = []
    for _turn in range(2):
        for _form in range(3):
            phone.send(filled("not_at_home", f"<dwelling>{factories.dwelling().pk}</dwelling><notice>no</notice>"))
        processed()
        with CaptureQueriesContext(connection) as seen:
            client.get("/collection/submissions/")
        counts.append(len(seen))
    assert counts[0] == counts[1]
