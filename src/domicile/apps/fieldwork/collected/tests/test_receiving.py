"""What is sent is kept byte for byte, once, and what cannot be is refused or kept aside with a reason."""

import io
import threading

import pytest
from PIL import Image

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa import jobs, registry, storing
from domicile.apps.collect.openrosa.models import Attachment, FormVersion, Result, Submission
from domicile.apps.fieldwork.collected.tests.phones import Phone, filled, instance_of, phone_of, processed
from domicile.apps.fieldwork.models import Visit
from tests import factories

pytestmark = pytest.mark.django_db(databases=["default", "log"])
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE data [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    '<data id="leaving" version="1">&b;</data>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]><data id="leaving" version="1">&x;</data>'


@pytest.fixture
def phone() -> Phone:
    return phone_of()


def photo(*, place: bool = True) -> bytes:
    """A small photo, with a place in its metadata."""
    held = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    if place:
        exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (40, 30), "red").save(held, "JPEG", exif=exif)
    return held.getvalue()


def visit(home: object, outcome: str = "not_at_home", **more: str) -> str:
    return filled(
        "dwelling_visit",
        f"<visited_on>2026-01-05</visited_on><dwelling>{home.pk}</dwelling><outcome>{outcome}</outcome>",  # type: ignore[attr-defined]
        **more,
    )


def test_the_bytes_are_kept_as_they_came_and_counted_once(phone: Phone) -> None:
    xml = visit(factories.dwelling(), instance=instance_of("one"))
    assert phone.send(xml).status_code == 201
    assert phone.send(xml).status_code == 201
    (kept,) = processed()
    assert storing.content_of(kept) == xml.encode()
    assert xml.encode() not in storing.path_of(kept.pk, kept.digest).read_bytes()
    assert kept.state == Submission.State.PROCESSED
    assert Visit.objects.count() == 1
    assert phone.send(xml).status_code == 201
    assert len(processed()) == 1
    assert Visit.objects.count() == 1


def test_other_bytes_under_the_same_id_are_a_conflict(phone: Phone) -> None:
    home = factories.dwelling()
    assert phone.send(visit(home, instance=instance_of("one"))).status_code == 201
    assert phone.send(visit(home, "refused", instance=instance_of("one"))).status_code == 409
    assert len(processed()) == 1


def test_parts_are_put_together(phone: Phone) -> None:
    xml = visit(factories.dwelling(), instance=instance_of("one"))
    assert phone.send(xml, {"一.jpg": photo()}, incomplete=True).status_code == 201
    assert not processed()[0].complete
    assert phone.send(xml, {"two.jpg": photo(place=False)}).status_code == 201
    (kept,) = processed()
    assert kept.complete
    assert sorted(kept.attachments.values_list("name", flat=True)) == ["two.jpg", "一.jpg"]
    assert Visit.objects.count() == 1


def test_photos_lose_their_metadata_and_the_original_expires(phone: Phone) -> None:
    phone.send(visit(factories.dwelling()), {"plate.jpg": photo()})
    processed()
    kept = Attachment.objects.get()
    assert kept.state == Attachment.State.KEPT
    bare = Image.open(io.BytesIO(jobs.photo_of(kept)))
    assert not bare.getexif()
    assert b"PhoneMaker" not in jobs.photo_of(kept)
    original = storing.path_of(kept.submission_id, kept.digest)
    assert original.exists()
    Attachment.objects.update(original_until=factories.LONG_AGO)
    assert jobs.expire() == 1
    assert not original.exists()
    assert jobs.photo_of(kept)


def test_a_file_that_is_not_what_it_says_is_kept_aside(phone: Phone) -> None:
    phone.send(visit(factories.dwelling()), {"plate.jpg": b"MZ\x90 not a photo"})
    (kept,) = processed()
    assert kept.state == Submission.State.PROCESSED
    assert Attachment.objects.get().state == Attachment.State.ASIDE
    assert Attachment.objects.get().problem == "photo_kind"


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ("<data", 400),
        ("", 400),
        (BOMB, 400),
        (OUTSIDE, 400),
        ('<data id="leaving" version="2026112201"><a/></data>', 400),
        (filled("nothing", "", version="1"), 404),
        (filled("leaving", "", version="1999"), 404),
        (filled("leaving", "<a>" * 40 + "</a>" * 40), 400),
        (filled("leaving", "<newcomer><name>a</name></newcomer>" * 10_000, version="2026112201"), 400),
        (filled("leaving", "x" * 1_100_000, version="2026112201"), 413),
    ],
    ids=[
        "broken",
        "empty",
        "bomb",
        "outside",
        "no-instance",
        "unknown-form",
        "unknown-version",
        "deep",
        "rows",
        "large",
    ],
)
def test_what_is_no_filled_form_is_refused(phone: Phone, content: str, status: int) -> None:
    assert phone.send(content).status_code == status
    assert not Submission.objects.exists()


def test_a_file_with_a_way_in_its_name_is_refused(phone: Phone) -> None:
    assert phone.send(visit(factories.dwelling()), {"../../evil.jpg": photo()}).status_code == 400
    assert not Submission.objects.exists()


def test_a_closed_form_is_a_conflict(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    known = registry.form("leaving")
    assert known is not None
    monkeypatch.setitem(registry._forms, "leaving", dataclasses.replace(known, open=False))
    assert phone.send(filled("leaving", "")).status_code == 409
    assert b"leaving" not in phone.get("formList").content


def test_an_old_version_is_still_taken(phone: Phone) -> None:
    kept = FormVersion.objects.get(form_id="dwelling_visit")
    FormVersion.objects.create(
        form_id="dwelling_visit", version="2025", xml=kept.xml, md5=kept.md5, made_at=kept.made_at
    )
    assert phone.send(visit(factories.dwelling(), version="2025")).status_code == 201
    assert processed()[0].state == Submission.State.PROCESSED


def test_a_full_disk_leaves_it_on_the_phone(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_arguments: object) -> None:
        raise OSError(28, "No space left on device")

    xml = visit(factories.dwelling())
    with monkeypatch.context() as broken:
        broken.setattr(storing, "write_small", full)
        assert phone.send(xml).status_code == 503
    assert not Submission.objects.exists()
    assert phone.send(xml).status_code == 201


def test_a_kill_between_the_file_and_the_row_loses_and_doubles_nothing(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_arguments: object) -> None:
        raise Killed

    xml = visit(factories.dwelling(), instance=instance_of("killed"))
    with monkeypatch.context() as broken:
        broken.setattr(storing, "_insert", killed)
        with pytest.raises(Killed):
            phone.send(xml)
    assert phone.send(xml).status_code == 201
    assert len(processed()) == 1
    key = storing.key_of(instance_of("killed"))
    assert len(list(storing.folder(key).glob(f"{key.hex}-*"))) == 1


def test_what_cannot_be_processed_is_kept_aside_and_can_be_tried_again(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dataclasses

    def stumbles(*_arguments: object) -> None:
        Result.objects.create(submission=Submission.objects.get(), position=9, action="x", outcome="done")
        raise ZeroDivisionError

    known = registry.form("dwelling_visit")
    assert known is not None
    phone.send(visit(factories.dwelling()))
    with monkeypatch.context() as broken:
        broken.setitem(registry._forms, "dwelling_visit", dataclasses.replace(known, receive=stumbles))
        (kept,) = processed()
    assert (kept.state, kept.problem) == (Submission.State.ASIDE, "error")
    assert not Result.objects.exists()
    jobs.again(kept)
    (kept,) = processed()
    assert kept.state == Submission.State.PROCESSED


def test_a_corrected_form_withdraws_what_waits_of_the_first(phone: Phone) -> None:
    home = factories.dwelling()
    person = factories.person(name="张伟")
    factories.household(at=home, members=[(person, "02")])
    left = "<dwelling>{}</dwelling><left>{}</left><left_on>{}</left_on>"
    phone.send(filled("leaving", left.format(home.pk, person.pk, "2026-01-05"), instance=instance_of("one")))
    processed()
    phone.send(
        filled(
            "leaving",
            left.format(home.pk, person.pk, "2026-01-06"),
            instance=instance_of("two"),
            replaces=instance_of("one"),
        )
    )
    processed()
    assert sorted(Proposal.objects.values_list("state", flat=True)) == ["waiting", "withdrawn"]


@pytest.mark.django_db(databases=["default", "log"], transaction=True)
def test_the_same_form_sent_at_once_is_kept_once(phone: Phone) -> None:
    from django.db import connections

    xml = visit(factories.dwelling(), instance=instance_of("one"))
    codes: list[int] = []

    def send() -> None:
        try:
            codes.append(phone_copy(phone).send(xml).status_code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send) for _i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [201] * 4
    assert Submission.objects.count() == 1


def phone_copy(phone: Phone) -> Phone:
    return Phone(phone.app_user, phone.token)
