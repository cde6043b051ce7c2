"""Certificates as text: what goes in comes out, and whatever is altered, cut off or of another key is told."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.certificates import (
    LONGEST_READ,
    Certificate,
    KeySet,
    NotKeys,
    PublicKey,
    RevokedList,
    State,
    TooLong,
    Unreadable,
    check,
    contents,
    find_text,
    key_id,
    last_day_of,
    read_list,
    sign,
    write_list,
)
from domicile.core.certificates.text import KIND, seal

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
RAW = KEY.public_key().public_bytes_raw()
KID = key_id(RAW)
DAY = dt.date(2026, 11, 22)
KEYS = KeySet([PublicKey(RAW, dt.date(2026, 1, 1))])
EXAMPLE = Certificate(
    number="bG9va2F0dGhlc2Vh", issued=DAY, last_day=last_day_of(DAY, 3), office="青河县 河沿街道 河沿社区", name="王建国",
    sex="1", birth="1980", residence="青河县 河沿街道 河沿社区", marital="20",
)  # fmt: skip
PAGE = Path(__file__).resolve().parents[3] / "docs" / "develop" / "certificate-format.md"

texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=20)
codes = st.from_regex(r"[0-9]{2}", fullmatch=True)
days = st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1))
certificates = st.builds(
    Certificate,
    number=st.from_regex(r"[A-Za-z0-9_-]{16}", fullmatch=True), issued=st.just(DAY),
    last_day=st.just(last_day_of(DAY, 3)), office=texts, name=texts, sex=st.sampled_from(["", "1", "2"]),
    birth=st.sampled_from(["", "1980", "198005", "19800506"]), document=st.just("") | texts, registered=st.just("") | texts,
    residence=st.just("") | texts, since=st.none() | days, marital=st.just("") | codes,
    members=st.lists(st.tuples(codes, texts), max_size=3).map(tuple),
)  # fmt: skip


@given(certificates)
def test_what_is_signed_is_read_again(certificate: Certificate) -> None:
    text = sign(certificate, KEY, KID)
    verdict = check(text, KEYS, today=DAY)
    assert (verdict.state, verdict.certificate) == (State.VALID, certificate)
    assert contents(text) == certificate


@given(certificates, st.data())
def test_one_altered_character_never_passes(certificate: Certificate, data: st.DataObject) -> None:
    text = sign(certificate, KEY, KID)
    place = data.draw(st.integers(0, len(text) - 1))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
    altered = text[:place] + data.draw(st.sampled_from(letters.replace(text[place], ""))) + text[place + 1 :]
    verdict = check(altered, KEYS, today=DAY)
    assert verdict.state in {State.FORGED, State.UNKNOWN_KEY, State.UNREADABLE}
    assert verdict.certificate is None


@given(certificates, st.data())
def test_a_text_cut_off_never_passes(certificate: Certificate, data: st.DataObject) -> None:
    text = sign(certificate, KEY, KID)
    cut = text[: data.draw(st.integers(0, len(text) - 1))]
    assert check(cut, KEYS, today=DAY).state == State.UNREADABLE


@given(st.text(max_size=300))
def test_any_text_is_told_to_be_none(text: str) -> None:
    assert check(text, KEYS, today=DAY).state == State.UNREADABLE
    with pytest.raises(Unreadable):
        read_list(text, KEYS)


def test_a_text_too_long_is_not_looked_at() -> None:
    assert check("eyJ" + "A" * LONGEST_READ, KEYS, today=DAY).state == State.UNREADABLE


def test_more_than_a_code_holds_is_refused() -> None:
    with pytest.raises(TooLong):
        sign(Certificate(**_values(name="王" * 300)), KEY, KID)


def test_the_days_are_told() -> None:
    text = sign(EXAMPLE, KEY, KID)
    assert EXAMPLE.last_day == dt.date(2029, 11, 21)
    assert check(text, KEYS, today=EXAMPLE.last_day).state == State.VALID
    assert check(text, KEYS, today=EXAMPLE.last_day + dt.timedelta(days=1)).state == State.EXPIRED
    assert check(text, KEYS, today=DAY - dt.timedelta(days=1)).state == State.EARLY
    assert last_day_of(dt.date(2028, 2, 29), 3) == dt.date(2031, 2, 28)


def test_an_old_key_stays_good_for_what_it_signed_in_its_time() -> None:
    later = PublicKey(OTHER.public_key().public_bytes_raw(), DAY + dt.timedelta(days=5))
    rotated = KeySet([PublicKey(RAW, dt.date(2026, 1, 1), DAY), later])
    text = sign(EXAMPLE, KEY, KID)
    assert check(text, rotated, today=DAY + dt.timedelta(days=400)).state == State.VALID
    after = Certificate(**_values(issued=DAY + dt.timedelta(days=1)))
    assert check(sign(after, KEY, KID), rotated, today=DAY + dt.timedelta(days=2)).state == State.FORGED


def test_another_key_is_unknown_and_a_borrowed_name_is_forged() -> None:
    theirs = key_id(OTHER.public_key().public_bytes_raw())
    assert check(sign(EXAMPLE, OTHER, theirs), KEYS, today=DAY).state == State.UNKNOWN_KEY
    assert check(sign(EXAMPLE, OTHER, KID), KEYS, today=DAY).state == State.FORGED


def test_another_algorithm_or_kind_is_no_certificate() -> None:
    import jwt

    bare = jwt.encode({"n": "王"}, "", algorithm="none", headers={"kid": KID, "typ": KIND})
    assert check(bare, KEYS, today=DAY).state == State.UNREADABLE
    shared = jwt.encode({"n": "王"}, RAW + b"x" * 32, algorithm="HS256", headers={"kid": KID, "typ": KIND})
    assert check(shared, KEYS, today=DAY).state == State.UNREADABLE
    listed = write_list(RevokedList(_moment(), frozenset()), KEY, KID)
    assert check(listed, KEYS, today=DAY).state == State.UNREADABLE
    later = seal(KIND, {"i": EXAMPLE.number, "z": "1"}, KEY, KID)
    assert check(later, KEYS, today=DAY).state == State.UNREADABLE


def test_what_was_revoked_is_told_with_the_day_of_the_list() -> None:
    text = sign(EXAMPLE, KEY, KID)
    listed = read_list(write_list(RevokedList(_moment(), frozenset({EXAMPLE.number})), KEY, KID), KEYS)
    assert listed.at == _moment()
    assert check(text, KEYS, today=DAY, revoked=listed).state == State.REVOKED
    assert check(text, KEYS, today=DAY, revoked=RevokedList(_moment(), frozenset(), KID)).listed
    forged = write_list(RevokedList(_moment(), frozenset()), OTHER, KID)
    with pytest.raises(Unreadable):
        read_list(forged, KEYS)


def test_a_list_of_another_register_says_nothing() -> None:
    """Both keys are known: whoever checks for two counties carries them in one file."""
    theirs = PublicKey(OTHER.public_key().public_bytes_raw(), dt.date(2026, 1, 1))
    both, text = KeySet([*KEYS.keys.values(), theirs]), sign(EXAMPLE, KEY, KID)
    for numbers in (frozenset({EXAMPLE.number}), frozenset[str]()):
        listed = read_list(write_list(RevokedList(_moment(), numbers), OTHER, theirs.kid), both)
        found = check(text, both, today=DAY, revoked=listed)
        assert (found.state, found.listed) == (State.VALID, False)


def test_the_list_of_the_next_key_tells_of_what_the_one_before_signed() -> None:
    after = PublicKey(OTHER.public_key().public_bytes_raw(), DAY, None, KID)
    rotated = KeySet([PublicKey(RAW, dt.date(2026, 1, 1), DAY), after])
    kept = KeySet.read(json.dumps(rotated.as_jwks()))
    assert kept.keys == rotated.keys
    listed = read_list(write_list(RevokedList(_moment(), frozenset({EXAMPLE.number})), OTHER, after.kid), kept)
    found = check(sign(EXAMPLE, KEY, KID), kept, today=DAY, revoked=listed)
    assert (found.state, found.listed) == (State.REVOKED, True)


@pytest.mark.parametrize(
    ("at", "good"),
    [
        (dt.datetime(2026, 11, 21, 15, 59, 59, tzinfo=dt.UTC), False),  # the day before, where registers are
        (dt.datetime(2026, 11, 21, 16, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 11, 22, 15, 59, 59, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 11, 22, 16, tzinfo=dt.UTC), False),
    ],
)
def test_a_list_of_a_day_on_which_its_key_was_not_in_use_is_refused(at: dt.datetime, good: bool) -> None:
    one_day = KeySet([PublicKey(RAW, DAY, DAY)])
    listed = write_list(RevokedList(at, frozenset()), KEY, KID)
    if good:
        assert read_list(listed, one_day).at == at
    else:
        with pytest.raises(Unreadable):
            read_list(listed, one_day)


def test_keys_are_read_from_the_file_that_is_given_away() -> None:
    both = KeySet([PublicKey(RAW, DAY, DAY), PublicKey(OTHER.public_key().public_bytes_raw(), DAY)])
    assert KeySet.read(json.dumps(both.as_jwks())).keys == both.keys
    assert "until" not in both.as_jwks()["keys"][0]
    for text in (
        "",
        "[]",
        '{"keys": []}',
        '{"keys": [{"kty": "OKP", "crv": "Ed25519", "x": "AA", "from": "2026-01-01"}]}',
    ):
        with pytest.raises(NotKeys):
            KeySet.read(text)


@pytest.mark.parametrize("around", ["{}", "https://qinghe.example/certificates/check#{}", "  {}\n", "<x>{}</x>"])
def test_the_text_is_found_in_what_was_scanned(around: str) -> None:
    text = sign(EXAMPLE, KEY, KID)
    assert find_text(around.format(text)) == text
    assert find_text(around.format(text[:100] + "\n" + text[100:])) == text


def test_nothing_is_found_where_nothing_is() -> None:
    assert find_text("https://qinghe.example/certificates/check#hello") == ""
    cut = sign(EXAMPLE, KEY, KID)[:-9]
    assert find_text(cut) == cut  # so that it is told to be cut off


def test_the_example_of_the_page_is_true() -> None:
    """The page that documents the format shows what this code makes, byte by byte."""
    page = PAGE.read_text("utf-8")
    text = sign(EXAMPLE, KEY, KID)
    assert text in re.sub(r"\s+", "", page)
    assert KID in page
    assert KeySet.read(page.split("```json keys")[1].split("```")[0]).keys == KEYS.keys
    listed = write_list(RevokedList(_moment(), frozenset({EXAMPLE.number})), KEY, KID)
    assert listed in re.sub(r"\s+", "", page)


def _values(**changed: Any) -> dict[str, Any]:
    return {name: getattr(EXAMPLE, name) for name in Certificate.__dataclass_fields__} | changed


def _moment() -> dt.datetime:
    return dt.datetime(2026, 11, 22, 8, 30, tzinfo=dt.UTC)
