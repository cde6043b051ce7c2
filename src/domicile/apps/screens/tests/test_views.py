"""Saved views: kept, shared inside an area, opened by default; never on a named person, nor on origin by sex by age."""

import pytest
from django.urls import reverse
from django_filters import CharFilter, ModelChoiceFilter

from domicile.apps.areas.selectors import names_of
from domicile.apps.audit.models import Change
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from domicile.apps.screens import actions, policies, registry, selectors
from domicile.apps.screens.models import DefaultView, SavedFilter, SavedView
from tests import factories
from tests.cast import LI, QIAN, SUN, ZHAO, li_viewer, make_user, qian_viewer, sign_in, sun_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
HOUSEHOLDS, PEOPLE = "people:ledger_households", "people:ledger_people"
FILTERED = {"do": "save", "title": "出租户", "use": "let", "columns": ["address", "head"], "sort": "-dwelling__use"}


@pytest.fixture
def ledger(client):
    factories.area_tree()
    sign_in(client, QIAN)
    return lambda url_name=HOUSEHOLDS, **asked: client.post(reverse(url_name), asked, follow=True)


def labels(answer):
    return [str(column["label"]) for column in answer.context["columns"]]


def test_columns_are_chosen_and_ordered(ledger):
    home = factories.family().dwelling.address
    answer = ledger(columns=["address", "members", "nonsense"])
    assert labels(answer) == ["房屋", "成员"]
    assert [cell.value for cell in answer.context["rows"][0].cells] == [home, 3]
    assert len(labels(ledger(columns="nonsense"))) == 6


def test_a_view_keeps_filter_columns_and_order_and_opens_the_ledger(ledger, client):
    let = factories.family(at=factories.dwelling(use="let")).dwelling.address
    factories.family()
    answer = ledger(**FILTERED)
    assert labels(answer)[0] == "房屋"
    assert [row.cells[0].value for row in answer.context["rows"]] == [let]
    assert answer.context["sort"] == "-dwelling__use"
    assert answer.context["current_view"].title == "出租户"
    assert len(client.get(reverse(HOUSEHOLDS)).context["rows"]) == 2
    view = SavedView.objects.get()
    ledger(do="default", view=view.pk)
    assert len(client.get(reverse(HOUSEHOLDS)).context["rows"]) == 1
    assert len(client.get(reverse(HOUSEHOLDS), {"view": "plain"}).context["rows"]) == 2
    ledger(do="default", view="")
    assert len(client.get(reverse(HOUSEHOLDS)).context["rows"]) == 2


def test_keeping_a_view_is_on_record_and_its_title_is_kept_once(ledger):
    ledger(**FILTERED)
    ledger(**{**FILTERED, "use": "vacant", "default": "1"})
    assert SavedFilter.objects.get().value == "vacant"
    assert DefaultView.objects.get().view == SavedView.objects.get()
    assert list(Change.objects.order_by("id").values_list("action", flat=True)) == [
        "screens.save_view",
        "screens.save_view",
        "screens.default_view",
    ]


def test_whom_one_looked_for_is_never_kept(ledger):
    answer = ledger(**FILTERED, head="王建国")
    assert {row.name for row in SavedFilter.objects.all()} == {"use"}
    assert "王建国" not in answer.content.decode()
    assert answer.context["filter_form"]["head"].value() is None


def test_the_page_says_that_the_name_is_left_out(ledger):
    assert ledger(head="王建国").context["view_leaves_out"]
    assert not ledger(use="let").context["view_leaves_out"]


def test_an_action_that_is_handed_a_name_refuses():
    make_user(QIAN)
    with pytest.raises(Refused):
        actions.save_view(actor=qian_viewer(), ledger="households", title="王", filters=[("head", "王建国")])
    assert not SavedView.objects.exists()


def test_origin_by_sex_by_age_is_never_kept(ledger):
    answer = ledger(PEOPLE, do="save", title="不行", situation="elsewhere", sex="1", age_from="18", age_to="35")
    assert "不能保存" in answer.content.decode()
    assert not SavedView.objects.exists()
    ledger(PEOPLE, do="save", title="可以", sex="1", age_from="18")
    assert SavedView.objects.get().title == "可以"


@pytest.mark.parametrize(
    ("url_name", "filters"),
    [
        ("people:ledger_here_elsewhere", {"sex": "1", "age_from": "18"}),
        ("people:ledger_children", {"sex": "1", "situation": "elsewhere"}),
    ],
)
def test_a_ledger_that_is_itself_about_origin_or_age_counts_too(ledger, url_name, filters):
    ledger(url_name, do="save", title="不行", **filters)
    assert not SavedView.objects.exists()


def test_a_number_in_a_title_is_hidden():
    make_user(QIAN)
    assert "1980" not in actions.save_view(actor=qian_viewer(), ledger="x", title="找 77010119800506003X").title
    with pytest.raises(Refused):
        actions.save_view(actor=qian_viewer(), ledger="x", title="  ")


def test_a_shared_view_is_seen_inside_its_area_and_above_and_nowhere_else():
    for actor in (QIAN, SUN, ZHAO, LI):
        make_user(actor)
    actions.save_view(actor=qian_viewer(), ledger="people", title="共用", scope=QIAN.scope)
    actions.save_view(actor=qian_viewer(), ledger="people", title="自用")
    seen = {
        viewer.name: [line.title for line in selectors.views(viewer, "people")]
        for viewer in (qian_viewer(), zhao_viewer(), sun_viewer(), li_viewer())
    }
    assert seen == {"钱社区": ["共用", "自用"], "赵网格": ["共用"], "孙县区": ["共用"], "李外县": []}
    with pytest.raises(NotAllowed):
        actions.save_view(actor=qian_viewer(), ledger="people", title="太大", scope="770101")


def test_a_view_is_removed_by_its_owner_or_whoever_has_its_area():
    for actor in (QIAN, SUN, ZHAO):
        make_user(actor)
    view = actions.save_view(actor=qian_viewer(), ledger="people", title="共用", scope=QIAN.scope)
    own = actions.save_view(actor=qian_viewer(), ledger="people", title="自用")
    actions.choose_default(actor=zhao_viewer(), ledger="people", view_id=view.pk)
    for viewer, one in ((zhao_viewer(), view), (sun_viewer(), own)):
        with pytest.raises(NotAllowed):
            actions.remove_view(actor=viewer, view_id=one.pk)
    with pytest.raises(NotAllowed):
        actions.choose_default(actor=zhao_viewer(), ledger="people", view_id=own.pk)
    actions.remove_view(actor=sun_viewer(), view_id=view.pk)
    assert [row.title for row in SavedView.objects.all()] == ["自用"]
    assert not DefaultView.objects.exists()


def test_a_shared_view_of_a_place_outside_opens_without_it(client):
    factories.area_tree()
    make_user(SUN)
    factories.family()
    view = actions.save_view(
        actor=sun_viewer(),
        ledger="households",
        title="北塔",
        filters=[("place", factories.OTHER_COMMUNITY)],
        filterset=registry._entries["households"].ledger.filterset,
        scope=SUN.scope,
    )
    sign_in(client, QIAN)
    answer = client.get(reverse(HOUSEHOLDS), {"view": str(view.pk)})
    assert (answer.status_code, len(answer.context["rows"])) == (200, 1)


def test_views_of_others_and_nonsense_change_nothing(ledger, client):
    make_user(SUN)
    view = actions.save_view(actor=sun_viewer(), ledger="households", title="别人")
    factories.family()
    for named in (str(view.pk), "x", "../"):
        assert len(client.get(reverse(HOUSEHOLDS), {"view": named}).context["rows"]) == 1
    assert ledger(do="remove", view=view.pk).status_code == 403
    assert ledger(do="remove", view="x").status_code == 403
    assert ledger(do="explode").status_code == 403
    assert SavedView.objects.count() == 1


def test_one_query_reads_the_views_however_many(django_assert_num_queries):
    make_user(QIAN)
    for number in range(6):
        actions.save_view(actor=qian_viewer(), ledger="people", title=f"视图{number}", scope=QIAN.scope)
    with django_assert_num_queries(1):
        assert len(selectors.views(qian_viewer(), "people")) == 6


@pytest.mark.parametrize("entry", registry.entries(), ids=lambda entry: entry.ledger.name)
def test_no_ledger_lets_a_view_keep_what_somebody_is_looked_for_by(entry):
    filterset = entry.ledger.filterset
    for name, subject in policies.savable(filterset).items():
        assert subject in policies.SUBJECTS
        assert not isinstance(filterset.base_filters.get(name), CharFilter | ModelChoiceFilter)
    assert set(entry.ledger.subjects) <= policies.SUBJECTS


def test_whom_a_view_is_shared_with_is_told_by_name(ledger):
    (choice,) = ledger().context["share_scopes"]
    assert choice[0] == qian_viewer().scopes[0]
    assert choice[1].endswith(names_of([choice[0]])[choice[0]])
