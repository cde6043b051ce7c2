"""What a list is refused for, what is asked about it, and what becomes of it when something goes wrong."""

import datetime as dt

import pytest
from django.utils import translation

from domicile.apps.access.refusals import OutOfReach
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.sources import retention, staging
from domicile.apps.sources.actions import NeedsColumns, compare_load, comparing, discard, load_list
from domicile.apps.sources.models import ListRow, Load
from domicile.apps.sources.tests.making import new_list, piles, taken_in
from domicile.apps.tasks.generating import MACHINE
from domicile.apps.vault.models import SubjectKey
from tests import factories
from tests.cast import li_viewer, qian_viewer, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
HEAD = "姓名,性别,出生日期,身份证号,现住址\n"
SUN = sun_viewer("import_check")


def csv(*lines: str, head: str = HEAD) -> bytes:
    return (head + "".join(f"{line}\n" for line in lines)).encode()


def pupils(count: int, first: int = 0) -> bytes:
    return csv(
        *(f"学生{chr(0x4E00 + place)},男,2015-03-{place % 28 + 1:02d},," for place in range(first, first + count))
    )


def questions(load: Load) -> set[str]:
    return set(load.report["questions"])


def school(content: bytes, name: str = "学籍.csv") -> Load:
    return load_list(actor=SUN, new=new_list("school_rolls", name, content))


def test_an_empty_list_is_refused_with_the_cure() -> None:
    for content in (b"", HEAD.encode(), csv(",,,,", ",,,,")):
        with pytest.raises(Refused, match="文件"):
            school(content)
    assert not Load.objects.exists()


def test_a_list_of_one_person_ten_thousand_times_counts_once_and_is_asked_about() -> None:
    load = school(csv(*["王小明,男,2015-03-04,,"] * 10_000))
    assert (load.rows, load.report["repeated"], load.state) == (1, 9_999, Load.State.ASKED)
    assert questions(load) == {"repeated"}
    with pytest.raises(Refused, match="说明"):
        compare_load(actor=SUN, load_id=load.pk)
    assert (
        compare_load(actor=SUN, load_id=load.pk, answer="the office prints every page twice").state == Load.State.READY
    )
    assert piles(load) == {"there": 1}


def test_a_list_without_names_and_numbers_is_refused() -> None:
    with pytest.raises(Refused, match="识别是谁"):
        school(csv(",男,2015-03-04,,", "无,女,2016-03-04,,"))


def test_a_list_half_without_names_is_asked_about() -> None:
    load = school(csv("王小明,男,2015-03-04,,", ",男,2015-03-05,,"))
    assert questions(load) == {"unidentified"}


def test_names_that_became_question_marks_are_refused() -> None:
    with pytest.raises(Refused, match="问号"):
        school(csv("???,男,2015-03-04,,", "??,女,2016-03-04,,", "王小明,女,2016-03-04,,"))


def test_a_list_of_another_county_is_asked_about_by_its_codes_and_by_whom_it_names() -> None:
    head = HEAD.strip() + ",区划代码\n"
    rows = [f"学生{chr(0x4E00 + place)},男,2015-03-04,,,880101001001" for place in range(30)]
    assert questions(school(csv(*rows, head=head))) == {"outside"}
    load = school(pupils(30))
    assert load.state == Load.State.READ
    after = compare_load(actor=SUN, load_id=load.pk)
    assert after.state == Load.State.ASKED
    assert questions(after) == {"unknown_here"}
    assert not ListRow.objects.exists()
    assert compare_load(actor=SUN, load_id=load.pk, answer="a new school").state == Load.State.READY
    assert piles(load) == {"there": 30}


def test_a_source_that_shrank_by_half_is_stopped_with_a_question() -> None:
    compare_load(actor=SUN, load_id=school(pupils(18)).pk)
    load = school(pupils(9))
    assert questions(load) == {"shrank"}
    assert compare_load(actor=SUN, load_id=load.pk, answer="two schools closed").answer == "two schools closed"
    assert questions(school(pupils(8))) == set()


def test_the_same_file_twice_is_refused_and_names_the_first() -> None:
    school(pupils(5))
    with pytest.raises(Refused, match=SUN.name):
        school(pupils(5), "another name.csv")


def test_columns_that_are_not_recognised_are_asked_for_and_remembered() -> None:
    content = csv("王小明,2015-03-04", head="甲,乙\n")
    with pytest.raises(NeedsColumns) as asked:
        school(content)
    assert asked.value.headers == ("甲", "乙")
    assert not Load.objects.exists()
    new = new_list("school_rolls", "a.csv", content)
    named = type(new)(**{**new.__dict__, "columns": {"name": "甲", "birth_date": "乙"}})
    load_list(actor=SUN, new=named)
    assert school(csv("李小红,2015-03-05", head="乙,甲\n".replace("乙,甲", "甲,乙"))).column_map == {
        "name": "甲",
        "birth_date": "乙",
    }


def test_what_may_not_be_held_and_what_nobody_needs_is_gone_before_anything_is_kept() -> None:
    load = school(csv("王小明,男,2015-03-04,,,汉族,红色", head=HEAD.strip() + ",民族,喜欢的颜色\n"))
    assert load.report["dropped"] == ["民族"]
    assert load.report["unneeded"] == ["喜欢的颜色"]
    kept = staging.read(load.pk)
    assert "汉族" not in str(kept.to_dicts())
    assert "红色" not in str(kept.to_dicts())


def test_a_file_whose_first_row_is_a_person_is_refused() -> None:
    with pytest.raises(Refused, match="列标题"):
        school("王小明,男,2015-03-04,770101201503040012\n李小红,女,2015-03-04,770101201503040020\n".encode())


@pytest.mark.parametrize("form", ["gb18030", "utf-8-sig"])
def test_both_encodings_of_chinese_offices_are_read(form: str) -> None:
    assert school(pupils(3).decode().encode(form)).rows == 3


def test_a_comparison_that_is_cut_off_leaves_nothing_and_can_be_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    load = school(pupils(9))
    real = comparing._rows

    def killed(*arguments: object) -> object:
        yield next(iter(real(*arguments)))  # type: ignore[arg-type]
        raise KeyboardInterrupt

    monkeypatch.setattr(comparing, "_rows", killed)
    with pytest.raises(KeyboardInterrupt):
        compare_load(actor=SUN, load_id=load.pk)
    load.refresh_from_db()
    assert (load.state, ListRow.objects.count()) == (Load.State.READ, 0)
    monkeypatch.undo()
    assert compare_load(actor=SUN, load_id=load.pk).state == Load.State.READY
    assert piles(load) == {"there": 9}


def test_a_process_that_was_killed_outright_blocks_the_list_for_a_quarter_of_an_hour() -> None:
    load = school(pupils(9))
    begun = load.loaded_at
    Load.objects.filter(pk=load.pk).update(state=Load.State.COMPARING, begun_at=begun)
    with pytest.raises(Refused, match="正在比对"):
        compare_load(actor=SUN, load_id=load.pk)
    Load.objects.filter(pk=load.pk).update(begun_at=begun - dt.timedelta(minutes=16))
    assert compare_load(actor=SUN, load_id=load.pk).state == Load.State.READY


def test_putting_a_list_away_erases_its_rows_and_its_key_and_lets_it_be_loaded_again() -> None:
    load = taken_in(new_list("school_rolls", "a.csv", pupils(9)))
    assert SubjectKey.objects.filter(pk=load.pk).exists()
    discard(actor=SUN, load_id=load.pk)
    assert not SubjectKey.objects.filter(pk=load.pk).exists()
    assert not ListRow.objects.exists()
    assert not staging.folder(load.pk).exists()
    assert school(pupils(9)).state == Load.State.READ


def test_only_who_may_import_loads_a_list_and_only_of_the_own_areas() -> None:
    new = new_list("school_rolls", "a.csv", pupils(3))
    with pytest.raises(NotAllowed):
        load_list(actor=qian_viewer(), new=new)
    with pytest.raises(OutOfReach):
        load_list(actor=SUN, new=new_list("school_rolls", "a.csv", pupils(3), scope="880101"))
    load = school(pupils(3))
    with pytest.raises((OutOfReach, NotAllowed)):
        compare_load(actor=li_viewer(), load_id=load.pk)


def test_days_that_cannot_be_are_refused() -> None:
    today = dt.date(2026, 11, 1)
    for begin, end in (
        (today, today),
        (today, today - dt.timedelta(days=3)),
        (dt.date(2999, 1, 1), dt.date(2999, 1, 2)),
    ):
        with pytest.raises(Refused):
            load_list(actor=SUN, new=new_list("births", "a.csv", pupils(3), begin=begin, end=end))
    with pytest.raises(Refused):
        load_list(actor=SUN, new=new_list("no_such", "a.csv", pupils(3)))


def test_lists_end_with_their_rows_and_keys_and_their_counts_stay() -> None:
    factories.area_tree()
    old, abandoned = taken_in(new_list("school_rolls", "a.csv", pupils(9))), school(pupils(5, first=40))
    long_ago = old.loaded_at - dt.timedelta(days=900)
    Load.objects.update(loaded_at=long_ago)
    assert retention.erase_over(actor=MACHINE, today=dt.date(2026, 11, 23)) == 2
    old.refresh_from_db()
    abandoned.refresh_from_db()
    assert (old.rows, old.state, old.erased_on) == (9, Load.State.READY, dt.date(2026, 11, 23))
    assert abandoned.state == Load.State.DISCARDED
    assert not ListRow.objects.exists()
    assert not SubjectKey.objects.filter(pk=old.pk).exists()
    assert retention.erase_over(actor=MACHINE, today=dt.date(2026, 11, 23)) == 0


def test_heads_that_became_question_marks_are_refused_and_not_asked_about() -> None:
    with pytest.raises(Refused, match="问号") as refusal:
        school("学籍,,\n姓名,性别,出生日期\n王小明,男,2015-03-04\n".encode("ascii", "replace"))
    assert not isinstance(refusal.value, NeedsColumns)


@pytest.mark.parametrize(
    ("name", "content"),
    [("名单.jpg", b"\xff\xd8\xff\xe0\x00\x10"), ("名单.csv", b"%PDF-1.7\n\x00\xff"), ("名单.docx", b"PK")],
)
def test_a_picture_of_a_list_is_refused_in_words(name: str, content: bytes) -> None:
    with pytest.raises(Refused, match="不是表格") as refusal:
        school(content, name)
    assert refusal.value.field == "file"


def test_missing_columns_are_named_in_the_language_of_the_page() -> None:
    with translation.override("en"), pytest.raises(NeedsColumns) as needed:
        load_list(actor=SUN, new=new_list("deaths", "死亡.csv", csv("男", head="性别\n")))
    assert "Name, Day of death" in str(needed.value.message)
