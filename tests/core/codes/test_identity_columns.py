import random
from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from domicile.core.codes import identity
from domicile.core.codes.identity_columns import ADDED, identity_columns, number_expression

TODAY = date(2026, 11, 22)


@st.composite
def near_numbers(draw: st.DrawFn) -> str:
    rng = random.Random(draw(st.integers(0, 2**32)))
    born = f"{rng.choice([1066, 1895, 1949, 1990, 2004, 2026, 2099])}{rng.randint(0, 13):02d}{rng.randint(0, 32):02d}"
    first = (
        rng.choice(["770101", "810000", "830000", "911156", "430306"])
        + born
        + f"{rng.choice([0, 1, 100, 996, 777]):03d}"
    )
    text = first + identity.check_char(first)
    slip = rng.randrange(9)
    if slip == 0:
        return text[:6] + text[8:17]
    if slip == 1:
        place = rng.randrange(18)
        return text[:place] + rng.choice("0123456789Xx×*A ８") + text[place + 1 :]
    if slip == 2:
        return text[: rng.randrange(19)]
    if slip == 3:
        return text[:15] + "000"
    return text


texts = st.one_of(
    near_numbers(),
    st.text(alphabet="0123456789XxHM*A.E+- '护Ｘ", max_size=20),
    st.from_regex(r"[HM][0-9]{8,10}|[0-9]{8}|[A-Z]{1,3}[0-9]{7,12}|[0-9]\.[0-9]{5}E\+17", fullmatch=True),
)
kinds = st.one_of(st.none(), st.sampled_from(identity.KINDS))


def one_by_one(text: str, declared: str | None) -> tuple[object, ...]:
    try:
        document = identity.classify(text, declared, today=TODAY)
    except identity.NumberError as fault:
        return None, None, None, None, fault.code
    born = sex = None
    if len(document.canonical) == 18 and document.kind in identity.NUMBERED_KINDS:
        parsed = identity.parse_resident_number(document.canonical, today=TODAY)
        born, sex = parsed.birth_date, parsed.sex
    return document.kind, document.canonical, born, sex, None


@given(st.lists(st.tuples(texts, kinds), min_size=1, max_size=30))
def test_columns_agree_with_one_by_one(rows: list[tuple[str, str | None]]) -> None:
    frame = pl.DataFrame(rows, schema={"number": pl.String, "stated": pl.String}, orient="row")
    frame = frame.with_columns(number_expression(pl.col("number")))

    read = identity_columns(frame, "number", today=TODAY, declared_kind="stated", prefix="")

    columns = read.select("kind", "canonical", "birth_date", "sex", "error").rows()
    assert columns == [one_by_one(text, stated) for text, stated in rows]


@given(texts)
def test_columns_normalise_as_one_value_does(text: str) -> None:
    column = pl.DataFrame({"n": [text]}).select(number_expression(pl.col("n")))

    assert column.item() == identity.normalise_number(text)


def test_empty_frames_and_nulls_are_read() -> None:
    none = identity_columns(pl.DataFrame({"n": []}, schema={"n": pl.String}), "n", today=TODAY)
    null = identity_columns(pl.DataFrame({"n": [None]}, schema={"n": pl.String}), "n", today=TODAY)

    assert none.height == 0
    assert none.columns == ["n", *(f"document_{name}" for name in ADDED)]
    assert null["document_kind"].to_list() == ["none"]
    assert null["document_error"].to_list() == [None]


def test_a_wrong_check_character_is_marked_and_the_number_not_repaired() -> None:
    read = identity_columns(pl.DataFrame({"n": ["110105194912310021"]}), "n", today=TODAY)

    assert read["document_checksum_ok"].to_list() == [False]
    assert read["document_error"].to_list() == ["checksum"]
    assert read["document_canonical"].to_list() == [None]
