import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.codes.phones import PhoneError, mask_phone, parse_phone, parse_phones, phone_columns, phone_variants


@pytest.mark.parametrize(
    ("typed", "number", "kind", "owner"),
    [
        ("13800000000", "13800000000", "mobile", ""),
        ("１３８ 0000-0000", "13800000000", "mobile", ""),
        ("+86 13800000000", "13800000000", "mobile", ""),
        ("13800000000.0", "13800000000", "mobile", ""),
        ("13800000000(李四)", "13800000000", "mobile", "李四"),
        ("13800000000（李 四）", "13800000000", "mobile", "李四"),
        ("李四:13800000000", "13800000000", "mobile", "李四"),
        ("李四(13800000000)", "13800000000", "mobile", "李四"),
        ("0755-23456789", "075523456789", "landline", ""),
        ("0755-23456789-12", "075523456789-12", "landline", ""),
        ("23456789", "23456789", "landline", ""),
        ("+852 9123 4567", "+85291234567", "international", ""),
    ],
)
def test_numbers_and_owners_are_read(typed: str, number: str, kind: str, owner: str) -> None:
    phone = parse_phone(typed)

    assert (phone.number, phone.kind, phone.owner) == (number, kind, owner)


def test_a_cell_holds_several_numbers_and_names_the_wrong_one() -> None:
    phones, faults = parse_phones("13800000000(李四)、13900000000；1380000 13700000000(王五)/13800000000（李四）")

    assert [(phone.number, phone.owner) for phone in phones][:2] == [("13800000000", "李四"), ("13900000000", "")]
    assert ("13700000000", "王五") in [(phone.number, phone.owner) for phone in phones]
    assert len(phones) == 3 + (not faults)


@pytest.mark.parametrize(
    ("typed", "code"),
    [("1380000000", "length"), ("138000000000", "length"), ("无", "characters"), ("1.38E+10", "looks_rounded")],
)
def test_each_fault_has_its_code(typed: str, code: str) -> None:
    with pytest.raises(PhoneError) as fault:
        parse_phone(typed)
    assert fault.value.code == code


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_variants_are_one_slip_away(number: str) -> None:
    near = phone_variants(number)

    assert number not in near
    assert len(set(near)) == len(near)
    assert 99 <= len(near) <= 109
    assert all(
        sorted(one) == sorted(number) or sum(a != b for a, b in zip(one, number, strict=True)) == 1 for one in near
    )


cells = st.one_of(
    st.from_regex(r"1[3-9][0-9]{9}(\([李王 ]{1,3}\))?([、 ]1[3-9][0-9]{9})?", fullmatch=True),
    st.text(alphabet="0123456789 -+()（）李四、", max_size=24),
)


@given(st.lists(cells, min_size=1, max_size=20))
def test_columns_agree_with_one_by_one(typed: list[str]) -> None:
    read = phone_columns(pl.DataFrame({"t": typed}), "t", prefix="")

    for one, row in zip(typed, read.iter_rows(named=True), strict=True):
        phones, faults = parse_phones(one)
        assert [(p["number"], p["kind"], p["owner"]) for p in row["list"]] == [
            (p.number, p.kind, p.owner) for p in phones
        ]
        assert row["error"] == (faults[0].code if faults else None)


def test_a_masked_number_hides_its_middle() -> None:
    assert mask_phone("13812345678") == "138****5678"
    assert mask_phone("23456789") == "******89"
