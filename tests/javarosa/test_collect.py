"""The engine of the ODK Collect app fetches, fills and sends every shipped form, in Chinese and English."""

import io
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from pytest_django.live_server_helper import LiveServer

from domicile.apps.collect.models import Proposal
from domicile.apps.collect.openrosa import registry
from domicile.apps.collect.openrosa.models import Attachment, Submission
from domicile.apps.fieldwork.collected.tests.phones import Phone, phone_of, processed
from domicile.apps.fieldwork.models import Visit
from domicile.apps.tenure.models import Holder, Rental
from domicile.cli.simulating import engine
from tests import factories
from tests.cast import QIAN

pytestmark = [pytest.mark.django_db(databases=["default", "log"], transaction=True), pytest.mark.slow]
JAR, SOURCE = engine.jar(), engine.SOURCE
CHINESE, ENGLISH = "中文 (zh)", "English (en)"
# A short run is not worth being optimised while it runs.
JAVA = ["java", "-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Dfile.encoding=UTF-8"]
Collect = Callable[..., list[str]]
WRONG_NUMBER, NUMBER = (
    "110101199102030042",
    factories.number_of(birth_date=factories.dt.date(1991, 2, 3), sex="2", serial=5),
)


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The driver, compiled once."""
    classes = tmp_path_factory.mktemp("javarosa")
    done = subprocess.run(
        ["javac", "-J-XX:TieredStopAtLevel=1", "-encoding", "UTF-8", "-cp", str(JAR), "-d", str(classes), str(SOURCE)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return classes


@pytest.fixture
def phone() -> Phone:
    return phone_of()


@pytest.fixture
def collect(driver: Path, live_server: LiveServer, phone: Phone, tmp_path: Path) -> Collect:
    """`collect(form, language, plan)`: what the app printed while it fetched, filled and sent the form."""

    def run(form: str, language: str, plan: str, *, fails: bool = False) -> list[str]:
        done = subprocess.run(
            [*JAVA, "-cp", f"{JAR}:{driver}", "Collect",
             f"{live_server.url}{phone.base}", form, language, str(tmp_path)],
            input=plan, capture_output=True, text=True, encoding="utf-8", check=False,
        )  # fmt: skip
        assert (done.returncode != 0) == fails, done.stdout[-3000:] + done.stderr[-3000:]
        return done.stdout.splitlines()

    return run


def home() -> tuple[str, list[str]]:
    """A dwelling with a family of three: its address, and their names, the head first."""
    made = factories.dwelling(room="501室")
    household = factories.family(size=3, at=made, registered=False)
    names = household.members.order_by("relation", "pk").values_list("person__name", flat=True)
    return made.address, list(names)


@pytest.mark.parametrize(("language", "asked"), [(CHINESE, "哪一户房屋"), (ENGLISH, "Which dwelling")])
def test_a_dwelling_visit_from_the_list_to_the_review(
    collect: Collect, phone: Phone, language: str, asked: str, tmp_path: Path
) -> None:
    address, (head, spouse, child) = home()
    factories.dwelling(room="502室")
    held = io.BytesIO()
    Image.new("RGB", (64, 64), "blue").save(held, "JPEG")
    (tmp_path / "门牌.jpg").write_bytes(held.getvalue())
    lines = collect("dwelling_visit", language, f"""
dwelling = @{address}
outcome = met
home/confirmed = @{head} ; @{spouse}
home/left = @{child}
home/left_on ! 2199-01-01
home/left_on = 2026-01-03
home/to_where = elsewhere
home/to_text ! 13812345678
home/to_text = 上海市
home/newcomers ! 31
home/newcomers = 1
home/joins = existing
home/newcomer/name ! 张3
home/newcomer/name = 陈晓燕
home/newcomer/sex = 2
home/newcomer/birth_date = 1991-02-03
home/newcomer/relation = 38
home/newcomer/since ! 1990-01-01
home/newcomer/since = 2026-01-02
home/newcomer/registered = unknown
home/newcomer/document_kind = resident_id
home/newcomer/document_number ! {WRONG_NUMBER}
home/newcomer/document_number ! {NUMBER[:-1]}
home/newcomer/document_number = {NUMBER}
home/newcomer/phone ! 1381234
home/newcomer/phone = 13812345678
home/corrections = 1
home/correction/person = @{head}
home/correction/item = phones
home/correction/new_phone = 13998765432
photo = 门牌.jpg
$photos = 门牌.jpg
""")  # fmt: skip
    assert f"ASKED dwelling | {asked}" in "\n".join(lines)
    assert sum(line.startswith("REFUSED") for line in lines) == 8
    assert lines[-1] == "SENT 201"
    (kept,) = processed()
    assert kept.state == Submission.State.PROCESSED, list(kept.results.values_list("action", "note"))
    assert Attachment.objects.get().state == Attachment.State.KEPT
    actions = sorted(Proposal.objects.values_list("action", flat=True))
    assert actions == ["moves.ask", "moves.declare", "people.correct_phones"]


@pytest.mark.parametrize("language", [CHINESE, ENGLISH])
@pytest.mark.parametrize("form", [form.id for form in registry.forms() if form.id != "dwelling_visit"])
def test_every_other_form(collect: Collect, phone: Phone, form: str, language: str) -> None:
    address, (head, spouse, _child) = home()
    rental = factories.dwelling(room="601室", use="let")
    Rental.objects.create(dwelling=rental, landlord=Holder.objects.create(name="房东"))
    plans = {
        "status_update": f"corrections ! 21\ncorrections = 1\ncorrection/person = @{head}\ncorrection/item = name\n"
        "correction/new_name ! 王7\ncorrection/new_name = 王建华\ncorrection/paper = identity_document",
        "leaving": f"left = @{head}\nleft_on ! 2199-01-01\nleft_on = 2026-01-03\nnew_head = @{spouse}\nto_where = elsewhere\n"
        "to_text ! 13812345678\nto_text = 上海市\ninflow = 01\nexpected_return ! 2026-01-01\nexpected_return = 2199-01-01",
        "arriving": "newcomers ! -1\nnewcomers = 1\njoins = new\nnewcomer/name ! 2\nnewcomer/name = 周大河\n"
        "newcomer/sex = 1\nnewcomer/birth_date = 1991-02-03\nnewcomer/relation = 02\nnewcomer/since = 2026-01-02\n"
        "newcomer/registered = elsewhere\nnewcomer/registered_text = 他乡县\nnewcomer/document_kind = none",
        "not_at_home": "notice = yes\npart_of_day = evening",
        "rental_visit": f"rental = @{rental.address}\noutcome = met\ngoes_on = yes\ntenants = changed\n"
        "coming ! 0\ncoming = 1\ntenant/name ! 2\ntenant/name = 羊秀英\ncontract = extended\n"
        "last_day ! 2020-01-01\nlast_day = 2199-01-01\nsafety = signed",
        "patrol": "building = @人民路\nmatter ! none ; fire\nmatter = passage\nwhat = 二楼",
    }
    place = "" if form in {"rental_visit", "patrol"} else f"dwelling = @{address}\n"
    lines = collect(form, language, place + plans[form] + "\n")
    assert lines[-1] == "SENT 201"
    assert any(line.startswith("REFUSED") for line in lines) == ("!" in plans[form])
    (kept,) = processed()
    assert kept.state == Submission.State.PROCESSED, list(kept.results.values_list("action", "note"))
    assert Visit.objects.filter(submission_id=kept.pk).exists()


def test_a_phone_without_a_right_fetches_nothing(collect: Collect, phone: Phone) -> None:
    from domicile.apps.collect.openrosa.actions import stop_phone
    from tests.cast import viewer

    stop_phone(actor=viewer(QIAN), phone_id=phone.app_user.pk)
    lines = collect("leaving", CHINESE, "", fails=True)
    assert lines[-1].startswith("FAILED 403")


def test_the_played_worker_sends_everything_twice_and_nothing_doubles(live_server: LiveServer, phone: Phone) -> None:
    from click.testing import CliRunner

    from domicile.cli.fieldwork import command

    for room in ("801室", "802室", "803室"):
        factories.family(size=3, at=factories.dwelling(room=room), registered=False)
    address = f"{live_server.url}{phone.base}"
    done = CliRunner().invoke(command, ["simulate", "--code", address, "--forms", "3", "--seed", "7"])
    assert done.exit_code == 0, done.output
    assert "filled 3 forms without a network, then sent each of them twice: 6 times received" in done.output
    kept = processed()
    assert [one.state for one in kept] == [Submission.State.PROCESSED] * 3, list(kept[0].results.values_list("note"))
    assert Visit.objects.count() == 3
    actions = sorted(Proposal.objects.values_list("action", flat=True))
    assert actions == ["moves.ask", "moves.declare", "people.correct_phones"]
