"""The pages of assessment and pay: my month, the list of the office, the run; who sees what; what the files hold."""

import datetime as dt
import io
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from domicile.apps.staffing import months
from domicile.apps.staffing.assessment import computing as assessing
from domicile.apps.staffing.assessment.models import AssessedMonth, Figure, Objection
from domicile.apps.staffing.models import Worker
from domicile.apps.staffing.pay import actions, computing
from domicile.apps.staffing.pay.models import PaidPiece, PayAdjustment, PayRate, PayRun, Statement
from domicile.apps.staffing.tests.working import doors, due, visited, zhao_at_work
from domicile.core.policy.months import bounds, months_before
from tests import pdf
from tests.cast import COMMUNITY, LI, QIAN, SUN, ZHAO, make_user, qian_viewer, sign_in, sun_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"], transaction=True)
DAY = dt.timedelta(days=1)


def month() -> str:
    """A month whose review is over on any day: the one before the last."""
    return months_before(months.last_month(timezone.localdate()), 1)


@pytest.fixture
def zhao() -> Worker:
    """Zhao did three doors, one of them late, in a month that is over."""
    for actor in (QIAN, SUN, LI):
        make_user(actor)
    row = zhao_at_work()
    middle = bounds(month())[0] + 14 * DAY
    Worker.objects.update(since=middle - 60 * DAY)
    row.holdings.update(start=middle - 60 * DAY)
    for number, home in enumerate(doors(3)):
        visited(due(home, middle), home, middle + (number == 2) * DAY)
    return row


def assessed(shown: bool = True) -> Figure:
    """The month computed; the office sees it."""
    today = timezone.localdate()
    assessing.compute(actor=qian_viewer(), month=month(), today=today, community=COMMUNITY)
    if shown:
        AssessedMonth.objects.update(told_on=today - 5 * DAY)
    return Figure.objects.get(worker__user_id=ZHAO.id)


def text(client: Client, name: str, *arguments: object, **query: str) -> str:
    answer = client.get(reverse(f"staffing:{name}", args=arguments), query)
    assert answer.status_code == 200, name
    return answer.content.decode()


def test_the_month_goes_from_the_button_over_an_objection_to_its_close(client: Client, zhao: Worker) -> None:
    sign_in(client, QIAN)
    page = text(client, "assessment", COMMUNITY, month=month())
    assert "该月还没有计算" in page
    assert "不排名次" in page
    client.post(reverse("staffing:assess", args=[COMMUNITY]), {"month": month()})
    figure = Figure.objects.get(worker=zhao)
    page = text(client, "assessment", COMMUNITY, month=month())
    assert "先由本人核对" in page
    assert str(figure.score) not in page
    assert client.get(reverse("staffing:figure", args=[figure.pk])).status_code == 403

    phone = Client()
    sign_in(phone, ZHAO)
    own = text(phone, "my_month")
    assert "3项任务中2项按期完成" in own
    assert "考核路9号" in own
    assert "未按期" in own
    phone.post(reverse("staffing:object", args=[figure.pk]), {"words": "那天在医院陪护。"})
    assert "社区还没有答复" in text(phone, "my_month")
    assert phone.get(reverse("staffing:assessment", args=[COMMUNITY])).status_code == 403

    AssessedMonth.objects.update(told_on=timezone.localdate() - 5 * DAY)
    page = text(client, "assessment", COMMUNITY, month=month())
    assert "2 / 3" in page
    assert "有异议" in page
    close = reverse("staffing:close_month", args=[figure.month_id])
    client.post(close)
    assert AssessedMonth.objects.get().state == "open"  # the objection waits
    objection = Objection.objects.get()
    client.post(reverse("staffing:answer_objection", args=[objection.pk]), {"words": "属实。"})
    form = client.get(reverse("staffing:correct_figure", args=[figure.pk]), {"measure": "timeliness"}).context["form"]
    assert form.initial == {"measure": "timeliness", "part": 2, "whole": 3}
    client.post(
        reverse("staffing:correct_figure", args=[figure.pk]),
        {"measure": "timeliness", "part": 3, "whole": 3, "reason": "陪护，属实"},
    )
    assert "陪护，属实" in (own := text(phone, "my_month"))
    assert "原测：3项中2项" in own
    client.post(close)
    assert AssessedMonth.objects.get().state == "closed"
    refused = phone.post(reverse("staffing:object", args=[figure.pk]), {"words": "还有"})
    assert refused.status_code == 422
    client.post(reverse("staffing:reopen_month", args=[figure.month_id]), {"reason": "补登任务"})
    assert "补登任务" in text(phone, "my_month")
    client.post(reverse("staffing:withdraw_correction", args=[figure.corrections.get().pk]))
    assert not figure.corrections.exists()


def test_honoraria_go_from_the_button_over_the_second_person_to_the_paying_office(client: Client, zhao: Worker) -> None:
    sign_in(client, QIAN)
    assert "还没有计算过补贴" in text(client, "pay", COMMUNITY)
    client.post(reverse("staffing:compute_pay", args=[COMMUNITY]), {"month": month()})
    run = PayRun.objects.get()
    address = reverse("staffing:pay_run", args=[run.pk])
    page = text(client, "pay_run", run.pk)
    assert "9.00元" in page
    assert "须由他人批准" in page
    client.post(
        reverse("staffing:adjust_pay", args=[run.pk]), {"worker": zhao.pk, "amount": "-0.50", "reason": "上月多发"}
    )
    client.post(reverse("staffing:approve_pay", args=[run.pk]))
    assert PayRun.objects.get().state == "draft"
    second = Client()
    sign_in(second, SUN)
    assert "批准发放表" in text(second, "pay_run", run.pk)
    second.post(reverse("staffing:approve_pay", args=[run.pk]))
    assert PayRun.objects.get().approved_by == SUN.id
    assert second.get(address).status_code == 200
    today = timezone.localdate()
    client.post(reverse("staffing:pay_paid", args=[run.pk]), {"on": today.isoformat()})
    assert PayRun.objects.get().paid_on == today

    phone = Client()
    sign_in(phone, ZHAO)
    assert "8.50元" in text(phone, "my_month")
    statement = Statement.objects.get()
    page = text(phone, "statement", statement.pk)
    assert "人民币捌元伍角整" in page
    assert "上月多发" in page
    assert phone.get(address).status_code == 403
    assert phone.get(reverse("staffing:pay_file", args=[run.pk, "xlsx"])).status_code == 403


def test_the_files_hold_the_sums_in_figures_and_in_words(client: Client, zhao: Worker) -> None:
    run = computing.compute(actor=qian_viewer(), month=month(), today=timezone.localdate(), community=COMMUNITY)
    actions.adjust(
        actor=sun_viewer(),
        run_id=run.pk,
        worker_id=zhao.pk,
        amount=Decimal("-0.50"),
        reason="多发",
    )
    sign_in(client, QIAN)
    sheet = workbook(client, "pay_file", run.pk, "xlsx")
    assert [cell for cell in sheet[3]][5:9] == [9, -0.5, 8.5, "人民币捌元伍角整"]  # noqa: C416
    assert sheet[-1][0] == "合计"
    assert sheet[-1][7] == 8.5
    lines = workbook(client, "statement_file", Statement.objects.get().pk, "xlsx")
    assert [row[3] for row in lines[3:8]] == [1.5, 3, 4.5, -0.5, 8.5]
    paper = client.get(reverse("staffing:statement_file", args=[Statement.objects.get().pk, "pdf"]))
    read = pdf.text(paper.content)
    for words in ("劳务补贴单", zhao.name, zhao.number, "¥8.50", "人民币捌元伍角整", "领款人（签名）", "多发", month()):
        assert words in read, words
    assert pdf.size(paper.content) == (210, 297)
    listed = pdf.text(client.get(reverse("staffing:pay_file", args=[run.pk, "pdf"])).content)
    for words in ("签名", "制表", "批准人", "人民币捌元伍角整", "合计"):
        assert words in listed, words
    for name, pk in (("pay_file", run.pk), ("statement_file", Statement.objects.get().pk)):
        assert client.get(reverse(f"staffing:{name}", args=[pk, "exe"])).status_code == 404


def workbook(client: Client, name: str, *arguments: object) -> list[list[object]]:
    answer = client.get(reverse(f"staffing:{name}", args=arguments))
    book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))  # type: ignore[attr-defined]
    return [list(row) for row in book.active.iter_rows(values_only=True)]


def test_a_draft_is_discarded_an_adjustment_withdrawn_a_rate_set_and_taken_back(client: Client, zhao: Worker) -> None:
    sign_in(client, SUN)
    client.post(reverse("staffing:compute_pay", args=[COMMUNITY]), {"month": month()})
    run = PayRun.objects.get()
    client.post(reverse("staffing:adjust_pay", args=[run.pk]), {"worker": zhao.pk, "amount": "2", "reason": "补发"})
    client.post(reverse("staffing:withdraw_adjustment", args=[PayAdjustment.objects.get().pk]))
    assert not PayAdjustment.objects.exists()
    client.post(reverse("staffing:discard_pay", args=[run.pk]))
    assert not PaidPiece.objects.exists()
    since = bounds(month())[0].isoformat()
    address = reverse("staffing:set_rate", args=[COMMUNITY])
    client.post(address, {"scope": COMMUNITY[:9], "kind": "visit", "amount": "0.80", "since": since})
    assert "0.80元" in text(client, "pay", COMMUNITY)
    client.post(reverse("staffing:end_rate", args=[COMMUNITY, PayRate.objects.get().pk]))
    assert not PayRate.objects.exists()
    officer = Client()
    sign_in(officer, QIAN)
    assert officer.get(address).status_code == 403
    assert "由乡镇街道或县区设定" in text(officer, "pay", COMMUNITY)


def test_a_stranger_and_a_grid_worker_see_nothing_of_others(client: Client, zhao: Worker) -> None:
    figure = assessed()
    run = computing.compute(actor=qian_viewer(), month=month(), today=timezone.localdate(), community=COMMUNITY)
    Worker.objects.filter(pk=zhao.pk).update(user_id=None)
    for actor in (LI, ZHAO):
        sign_in(client, actor)
        for name, argument in (
            ("assessment", COMMUNITY), ("figure", figure.pk), ("object", figure.pk), ("correct_figure", figure.pk),
            ("reopen_month", figure.month_id), ("pay", COMMUNITY), ("pay_run", run.pk), ("adjust_pay", run.pk),
            ("statement", Statement.objects.get().pk), ("set_rate", COMMUNITY),
        ):  # fmt: skip
            assert client.get(reverse(f"staffing:{name}", args=[argument])).status_code == 403, name
    assert "您还没有工号" in text(client, "my_month")


def test_the_list_of_the_office_takes_as_many_queries_for_many_workers(client: Client, zhao: Worker) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from domicile.apps.staffing.tests.making import worker

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            text(client, "assessment", COMMUNITY, month=month())
        return len(seen)

    assessed()
    sign_in(client, QIAN)
    few = queries()
    for number in range(5):
        worker(f"新工{number}")
    assessed()
    assert queries() == few
