"""Sealed logs: every way to tamper shows, and the first broken record is named."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connections

from domicile.apps.access.models import Look, Seen
from domicile.apps.access.sealed_looks import LOOKS
from domicile.apps.audit.models import Change
from domicile.apps.audit.sealed_log import CHANGES, SealedLog
from domicile.apps.audit.sealing import Anchor, anchor, seal
from domicile.apps.audit.verifying import Verdict, verify
from domicile.apps.vault.keyring import seal_signer
from domicile.site.sealing import verify_all

pytestmark = pytest.mark.django_db(databases=["default", "log"])

NOW = dt.datetime(2026, 3, 1, 8, 0, tzinfo=dt.UTC)


def write_changes(count: int) -> list[int]:
    rows = [
        Change(
            at=NOW + dt.timedelta(microseconds=number % 2),
            actor_role="operator",
            action="people.correct",
            subject_kind="person",
            subject_id=uuid.uuid4(),
            values=f'[["people_person","{number}","update",{{}}]]',
        )
        for number in range(count)
    ]
    for row in rows:
        row.save()
    return [row.pk for row in rows]


def write_looks(count: int) -> list[int]:
    made = []
    for number in range(count):
        persons = [uuid.uuid4() for _ in range(number % 3)]
        look = Look.objects.create(
            at=NOW,
            user_id=uuid.uuid4(),
            user_name="zhao",
            role="grid_worker",
            scopes="770101",
            purpose="visit",
            question="search",
            term=b"\x01" * 16 if number % 2 else None,
            persons=b"".join(person.bytes for person in persons),
            channel="web",
        )
        Seen.objects.bulk_create([Seen(person_id=person, look=look) for person in persons])
        made.append(look.pk)
    return made


def run(alias: str, statement: str, *values: object) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, values)


def proof(log: SealedLog, anchors: tuple[Anchor, ...] = ()) -> Verdict:
    return verify(log, public_key=seal_signer().public_key(), anchors=anchors)


@pytest.mark.parametrize(("log", "write"), [(CHANGES, write_changes), (LOOKS, write_looks)], ids=["changes", "looks"])
def test_an_untouched_log_is_whole_over_several_seals(log: SealedLog, write: Callable[[int], list[int]]) -> None:
    write(5)
    assert seal(log, now=NOW, batch=3) == 5
    write(4)
    assert seal(log, now=NOW, batch=100) == 4
    write(2)
    verdict = proof(log)
    assert verdict.whole
    assert (verdict.seals, verdict.records, verdict.unsealed) == (3, 9, 2)


def test_sealing_again_with_nothing_new_makes_no_seal() -> None:
    write_changes(2)
    assert seal(CHANGES, now=NOW) == 2
    assert seal(CHANGES, now=NOW) == 0
    assert proof(CHANGES).seals == 1


def test_an_empty_log_is_whole() -> None:
    assert seal(CHANGES, now=NOW) == 0
    assert proof(CHANGES).whole
    assert anchor(CHANGES) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("values", "[]"),
        ("actor_role", "grid_worker"),
        ("at", "2026-03-01 08:00:01.000000+00:00"),
        ("subject_id", "0" * 32),
        ("reason", "another"),
        ("actor_id", "1" * 32),
    ],
)
def test_a_changed_record_is_named(column: str, value: str) -> None:
    keys = write_changes(9)
    seal(CHANGES, now=NOW, batch=4)
    run("default", f'UPDATE audit_change SET "{column}" = %s WHERE id = %s', value, keys[5])
    verdict = proof(CHANGES)
    assert (verdict.kind, verdict.record, verdict.seal) == ("changed", keys[5], 2)


def test_a_changed_look_is_named() -> None:
    keys = write_looks(6)
    seal(LOOKS, now=NOW)
    run("log", "UPDATE access_look SET persons = %s WHERE id = %s", b"", keys[4])
    assert (proof(LOOKS).kind, proof(LOOKS).record) == ("changed", keys[4])


@pytest.mark.parametrize("place", [0, 1, 3, 8])
def test_a_deleted_record_is_named(place: int) -> None:
    keys = write_changes(9)
    seal(CHANGES, now=NOW, batch=4)
    run("default", "DELETE FROM audit_change WHERE id = %s", keys[place])
    verdict = proof(CHANGES)
    assert verdict.kind == "deleted"
    if place:
        assert verdict.record == keys[place]


def test_an_inserted_record_is_named() -> None:
    keys = write_changes(6)
    run("default", "DELETE FROM audit_change WHERE id = %s", keys[2])
    seal(CHANGES, now=NOW)
    copied = ", ".join(f'"{column}"' for column in CHANGES.columns)
    run(
        "default",
        f"INSERT INTO audit_change (id, {copied}) SELECT %s, {copied} FROM audit_change WHERE id = %s",
        keys[2],
        keys[4],
    )
    assert (proof(CHANGES).kind, proof(CHANGES).record) == ("inserted", keys[2])


def test_records_in_another_order_show() -> None:
    keys = write_changes(5)
    seal(CHANGES, now=NOW)
    for old, new in ((keys[1], -1), (keys[3], keys[1]), (-1, keys[3])):
        run("default", "UPDATE audit_change SET id = %s WHERE id = %s", new, old)
    verdict = proof(CHANGES)
    assert not verdict.whole
    assert verdict.record == keys[1]


@pytest.mark.parametrize("column", ["root", "marks", "chain", "count", "last_id", "first_id", "at"])
def test_a_changed_seal_shows(column: str) -> None:
    write_changes(6)
    seal(CHANGES, now=NOW, batch=2)
    values = {"count": 3, "last_id": 10**6, "first_id": 10**6, "at": "2020-01-01 00:00:00+00:00"}
    run(
        "default",
        f"UPDATE audit_seal SET {column} = %s WHERE id = (SELECT min(id) FROM audit_seal)",
        values.get(column, b"x"),
    )
    verdict = proof(CHANGES)
    assert (verdict.kind, verdict.seal) == ("seal", 1)


def test_a_seal_taken_out_shows() -> None:
    write_changes(6)
    seal(CHANGES, now=NOW, batch=2)
    run("default", "DELETE FROM audit_seal WHERE id = (SELECT min(id) FROM audit_seal)")
    assert proof(CHANGES).kind == "seal"


def test_a_seal_signed_with_another_key_shows() -> None:
    write_changes(2)
    seal(CHANGES, now=NOW)
    [made] = CHANGES.seals.objects.all()
    made.signature = Ed25519PrivateKey.generate().sign(bytes(made.chain))
    made.save()
    assert proof(CHANGES).kind == "signature"


def test_a_log_cut_off_at_its_end_shows_with_an_anchor_only() -> None:
    keys = write_changes(6)
    seal(CHANGES, now=NOW, batch=3)
    kept = anchor(CHANGES)
    assert kept is not None
    run("default", "DELETE FROM audit_change WHERE id > %s", keys[2])
    run("default", "DELETE FROM audit_seal WHERE id = (SELECT max(id) FROM audit_seal)")
    assert proof(CHANGES).whole
    assert proof(CHANGES, (Anchor.read(kept.line()),)).kind == "truncated"


def test_a_log_written_anew_shows_with_an_anchor() -> None:
    write_changes(3)
    seal(CHANGES, now=NOW)
    kept = anchor(CHANGES)
    assert kept is not None
    run("default", "DELETE FROM audit_seal")
    run("default", "UPDATE audit_change SET reason = 'forged'")
    seal(CHANGES, now=NOW)
    assert proof(CHANGES).whole
    assert proof(CHANGES, (kept,)).kind == "anchor"


def test_two_sealers_at_once_make_one_chain(monkeypatch: pytest.MonkeyPatch) -> None:
    write_changes(3)
    leaves = SealedLog.leaves
    entered = []

    def interrupted(self: SealedLog, after: int | None, upto: int):  # type: ignore[no-untyped-def]
        if not entered:
            entered.append(True)
            assert seal(CHANGES, now=NOW) == 3
        return leaves(self, after, upto)

    monkeypatch.setattr(SealedLog, "leaves", interrupted)
    assert seal(CHANGES, now=NOW) == 0
    verdict = proof(CHANGES)
    assert verdict.whole
    assert verdict.seals == 1


@pytest.mark.parametrize(
    "fault",
    ["DELETE FROM access_seen WHERE look_id = %s", "UPDATE access_seen SET look_id = look_id - 1 WHERE look_id = %s"],
)
def test_an_index_that_hides_a_look_shows(fault: str) -> None:
    keys = write_looks(6)
    seal(LOOKS, now=NOW)
    assert all(verdict.whole for verdict in verify_all())
    run("log", fault, keys[2])
    looks = verify_all()[-1]
    assert looks.kind == "index"
    assert looks.record in {keys[1], keys[2]}
