"""What an area lets take effect at once: said by those above it, read by those who review, on record."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from domicile.apps.audit.models import Change
from domicile.apps.collect import policies, registry, rules
from domicile.apps.collect.models import ReviewRule
from domicile.apps.common.refusals import Refused
from domicile.apps.common.viewer import NotAllowed
from tests import cast

pytestmark = pytest.mark.django_db(databases=["default", "log"])
PAGE = "/administration/review-rules/"
KIND = "people.end_stay"


def test_the_smaller_area_decides_and_removal_gives_the_word_back() -> None:
    sun = cast.sun_viewer()
    rules.set_rule(actor=sun, scope=cast.COUNTY, action="", needs_review=False)
    own = rules.set_rule(actor=sun, scope=cast.COMMUNITY, action=KIND, needs_review=True, reason="会议纪要")
    assert policies.needs_review(cast.GRID, KIND)
    assert not policies.needs_review(cast.GRID, "people.give_name")
    rules.remove_rule(actor=sun, rule_id=own.pk)
    assert not policies.needs_review(cast.GRID, KIND)
    kept = Change.objects.order_by("id").values_list("action", "place_code")
    assert list(kept) == [
        ("collect.set_rule", cast.COUNTY),
        ("collect.set_rule", cast.COMMUNITY),
        ("collect.remove_rule", cast.COMMUNITY),
    ]


def test_setting_it_again_replaces_the_older_word() -> None:
    for needs_review in (False, True):
        rules.set_rule(actor=cast.sun_viewer(), scope=cast.GRID, action="", needs_review=needs_review)
    assert ReviewRule.objects.get().needs_review


@pytest.mark.parametrize("fields", [{"scope": "7701010"}, {"scope": "x"}, {"action": "people.none"}])
def test_what_makes_no_rule_is_refused(fields: dict[str, str]) -> None:
    with pytest.raises(Refused):
        rules.set_rule(
            actor=cast.sun_viewer(), **{"scope": cast.COMMUNITY, "action": "", "needs_review": True, **fields}
        )


def test_only_those_above_set_rules_and_only_in_their_areas() -> None:
    foreign = ReviewRule.objects.create(scope=cast.OTHER_COMMUNITY, needs_review=False)
    for viewer in (cast.zhao_viewer(), cast.qian_viewer(), cast.wu_viewer(), cast.li_viewer()):
        with pytest.raises(NotAllowed):
            rules.set_rule(actor=viewer, scope=cast.GRID, action="", needs_review=False)
    for attempt in (
        lambda: rules.set_rule(actor=cast.sun_viewer(), scope=cast.OTHER_COMMUNITY, action="", needs_review=True),
        lambda: rules.set_rule(actor=cast.sun_viewer(), scope="7701", action="", needs_review=True),
        lambda: rules.remove_rule(actor=cast.sun_viewer(), rule_id=foreign.pk),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert not Change.objects.exists()


def test_what_holds_is_told_for_every_kind_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    everything = len(registry.handlers())
    nothing_set = rules.holding(cast.COMMUNITY)
    assert not any("直接生效" in str(one.sentence) for one in nothing_set)
    rules.set_rule(actor=cast.sun_viewer(), scope=cast.TOWNSHIP, action="", needs_review=False)
    with django_assert_num_queries(1):
        told = rules.holding(cast.COMMUNITY)
    assert sum(len(one.kinds) for one in told) == everything
    assert "网格员更改也直接生效" in str(told[0].sentence)
    assert registry.label("people.correct_name") in told[-1].kinds


def test_the_page_sets_changes_and_removes(client: Client) -> None:
    cast.sign_in(client, cast.SUN)
    wider = ReviewRule.objects.create(scope="7701", needs_review=True)
    form = {"scope": cast.COMMUNITY, "action": KIND, "needs_review": "0", "reason": ""}
    assert client.post(f"{PAGE}add/", form)["Location"] == f"{PAGE}?code={cast.COMMUNITY}"
    row = ReviewRule.objects.get(scope=cast.COMMUNITY)
    page = client.get(f"{PAGE}?code={cast.COMMUNITY}")
    assert [(shown.pk, own) for shown, _kind, _word, own in page.context["rows"]] == [(wider.pk, False), (row.pk, True)]
    assert client.get(f"{PAGE}{row.pk}/").status_code == 200
    client.post(f"{PAGE}{row.pk}/", {"needs_review": "1"})
    row.refresh_from_db()
    assert row.needs_review
    assert client.get(f"{PAGE}{row.pk}/remove/").status_code == 200
    client.post(f"{PAGE}{row.pk}/remove/")
    assert not ReviewRule.objects.filter(pk=row.pk).exists()
    assert "scope" in client.post(f"{PAGE}add/", {**form, "scope": cast.OTHER_COMMUNITY}).context["form"].errors
    assert "scope" in client.post(f"{PAGE}add/", {**form, "scope": "7701010"}).context["form"].errors
    assert client.get(f"{PAGE}{wider.pk}/").status_code == 403


@pytest.mark.parametrize(
    ("actor", "status"), [(cast.QIAN, 200), (cast.WU, 200), (cast.SUN, 200), (cast.ZHAO, 403), (cast.CHEN, 403)]
)
def test_who_reads_the_rules(client: Client, actor: cast.Actor, status: int) -> None:
    cast.sign_in(client, actor)
    assert client.get(PAGE).status_code == status
    if status == 200:
        assert client.get(f"{PAGE}?code=x").status_code == 200
