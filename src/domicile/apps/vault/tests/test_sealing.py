"""Sealed values: read by who has the keys, bound to their place, lost with their subject, carried by rotation."""

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.apps.people.models import Document, Person, Phone
from domicile.apps.vault import keyring, sealing
from domicile.apps.vault.models import SubjectKey
from domicile.apps.vault.sealing import Erased, Tampered, erase, open_many, open_value, rotate, seal

NUMBER = "770101199003071236"
OTHER = "770101196512040023"


@pytest.fixture
def keys(tmp_path, settings):  # type: ignore[no-untyped-def]
    """A key folder of this test's own."""
    settings.KEYS = tmp_path / "keys"
    settings.KEYS.mkdir(mode=0o700)
    keyring.forget()
    yield settings.KEYS
    keyring.forget()


def document(number: str) -> Document:
    person = Person.objects.create(name="李秀英")
    row = Document(person=person, kind="resident_id", blind=keyring.blind("document", number))
    row.number = seal(row, "number", number)
    row.save()
    return row


@given(st.binary(max_size=200), st.binary(max_size=40))
def test_what_is_encrypted_is_decrypted_and_reads_as_noise(plaintext: bytes, bound: bytes) -> None:
    key = bytes(32)
    sealed = sealing.encrypt(key, plaintext, bound)
    assert sealing.decrypt(key, sealed, bound) == plaintext
    assert sealing.encrypt(key, plaintext, bound) != sealed
    assert len(plaintext) < 8 or plaintext not in sealed


@pytest.mark.django_db
def test_a_value_is_read_back_and_is_not_in_the_row(keys) -> None:  # type: ignore[no-untyped-def]
    row = Document.objects.get(pk=document(NUMBER).pk)
    assert open_value(row, "number") == NUMBER
    assert NUMBER.encode() not in bytes(row.number) + bytes(row.blind)


@pytest.mark.django_db
def test_an_empty_value_stays_empty(keys) -> None:  # type: ignore[no-untyped-def]
    row = Document(person=Person.objects.create(), kind="none", blind=b"")
    assert seal(row, "number", "") is None
    assert seal(row, "number", None) is None
    row.save()
    assert open_value(row, "number") == ""


@pytest.mark.django_db
def test_many_values_take_one_query_for_their_keys(keys, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    rows = [document(NUMBER), document(OTHER)]
    with django_assert_num_queries(1):
        assert list(open_many(rows, "number").values()) == [NUMBER, OTHER]


@pytest.mark.django_db
def test_a_ciphertext_moved_to_another_row_is_refused(keys) -> None:  # type: ignore[no-untyped-def]
    one, two = document(NUMBER), document(OTHER)
    two.person, two.number = one.person, one.number
    two.save()
    with pytest.raises(Tampered):
        open_value(two, "number")


@pytest.mark.django_db
def test_a_ciphertext_moved_to_another_table_is_refused(keys) -> None:  # type: ignore[no-untyped-def]
    row = document(NUMBER)
    phone = Phone(id=row.pk, person=row.person, number=row.number, blind=row.blind)
    with pytest.raises(Tampered, match="people_phone"):
        open_value(phone, "number")


@pytest.mark.django_db
@pytest.mark.parametrize("place", [0, 12, -1])
def test_a_changed_ciphertext_is_refused(keys, place: int) -> None:  # type: ignore[no-untyped-def]
    row = document(NUMBER)
    changed = bytearray(row.number)
    changed[place] ^= 1
    row.number = bytes(changed)
    with pytest.raises(Tampered):
        open_value(row, "number")


@pytest.mark.django_db
def test_a_data_key_given_to_another_subject_is_refused(keys) -> None:  # type: ignore[no-untyped-def]
    one, two = document(NUMBER), document(OTHER)
    held = SubjectKey.objects.get(pk=one.person_id)
    SubjectKey.objects.filter(pk=two.person_id).update(wrapped=held.wrapped)
    with pytest.raises(Tampered):
        open_value(two, "number")


@pytest.mark.django_db
def test_an_erased_subject_is_read_by_nobody_and_others_are(keys) -> None:  # type: ignore[no-untyped-def]
    one, two = document(NUMBER), document(OTHER)
    assert erase(one.person_id)
    assert not erase(one.person_id)
    with pytest.raises(Erased):
        open_value(one, "number")
    assert open_value(two, "number") == OTHER


@pytest.mark.django_db
def test_rotation_keeps_values_and_leaves_the_old_key_unused(keys) -> None:  # type: ignore[no-untyped-def]
    rows = [document(NUMBER), document(OTHER)]
    sealed = [bytes(row.number) for row in rows]
    assert rotate() == 2
    assert keyring.wrap_key_numbers() == [1, 2]
    (keys / "wrap-0001.key").unlink()
    keyring.forget()
    again = list(Document.objects.order_by("pk"))
    assert [bytes(row.number) for row in again] == sealed
    assert [open_value(row, "number") for row in again] == [NUMBER, OTHER]
    assert open_value(document(NUMBER), "number") == NUMBER
    assert set(SubjectKey.objects.values_list("wrap_key", flat=True)) == {2}


@pytest.mark.django_db
def test_rotation_stopped_in_the_middle_is_finished_by_the_next(keys, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    rows = [document(NUMBER) for _ in range(5)]
    done: list[int] = []
    wrap = sealing.wrap

    def stopping(subject: uuid.UUID, key: bytes, number: int) -> bytes:
        if len(done) == 3:
            raise KeyboardInterrupt
        done.append(number)
        return wrap(subject, key, number)

    with monkeypatch.context() as patch:
        patch.setattr(sealing, "wrap", stopping)
        with pytest.raises(KeyboardInterrupt):
            rotate(chunk=2)
    assert sorted(SubjectKey.objects.values_list("wrap_key", flat=True)) == [1, 1, 1, 2, 2]
    assert [open_value(row, "number") for row in rows] == [NUMBER] * 5
    assert rotate(chunk=2) == 3
    assert keyring.wrap_key_numbers() == [1, 2]
    assert [open_value(row, "number") for row in rows] == [NUMBER] * 5
