"""Somebody opens the published tables from a folder, on a phone and on a desk: no server, both languages, areas, figures, files."""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from domicile.apps.census.release.publishing import Publication, publish
from domicile.apps.census.release.risk import assess
from domicile.apps.census.release.tabulating import Wanted, tabulate
from domicile.core.enumeration import Words
from tests import census_records

Check = Callable[[Page], None]
Shot = Callable[[Page, str], None]
NAMES = {"770101000000": "示例县", "770101001000": "东街街道", "770101002000": "西街街道"}


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    census_records.write(folder / "records", 9000, per_community=400)
    tabulate(folder / "records", folder / "work", Wanted(only=("P01", "P03", "H07", "L01", "D01"), pairs=False))
    looked_at = assess(folder / "work", dt.date(2027, 5, 1))
    given = Publication(
        Words("示例县人口普查", "Census of the example county"), Words("示例县统计局", "Statistics office of the example county"),
        dt.datetime(2026, 11, 1, tzinfo=dt.UTC), dt.date(2027, 5, 1), "1.0", "王检查", looked_at.digest, NAMES,
    )  # fmt: skip
    publish(folder / "work", folder / "release", given)
    return folder / "release"


@pytest.fixture(scope="module")
def address(release: Path) -> Iterator[str]:
    """The same files from a web server, since axe looks at styles in a way that browsers refuse for files."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(release))) as web:
        Thread(target=web.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{web.server_port}"
        web.shutdown()


class Quiet(SimpleHTTPRequestHandler):
    """Says nothing of what it serves."""

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.mark.parametrize("device", ["page_zh_phone", "page_en_desktop"])
def test_the_pages_are_accessible(
    device: str, address: str, request: pytest.FixtureRequest, assert_accessible: Check, shot: Shot
) -> None:
    page: Page = request.getfixturevalue(device)
    language = "zh" if device == "page_zh_phone" else "en"
    for name in ("index.html", *(f"site/{language}/{one}.html" for one in ("index", "P03", "L01", "H07"))):
        page.goto(f"{address}/{name}")
        assert_accessible(page)
        shot(page, f"census-tables-{Path(name).stem}")
    page.goto(f"{address}/site/{language}/P03.html")
    page.locator("#view").select_option("p1")
    assert_accessible(page)
    shot(page, "census-tables-of-all-areas")


def test_a_resident_reads_the_tables_on_a_phone(page_zh_phone: Page, release: Path) -> None:
    page = page_zh_phone
    page.goto((release / "index.html").as_uri())
    page.get_by_role("link", name="示例县人口普查").click()
    expect(page.get_by_role("heading", name="示例县人口普查", level=1)).to_be_visible()
    page.get_by_role("link", name="分年龄组、性别的人口").click()
    table = page.get_by_role("table")
    expect(table.locator("caption")).to_have_text("示例县")
    whole = table.locator("tbody tr").first.inner_text()
    page.get_by_label("查找地区").fill("西街")
    expect(table.locator("caption")).to_have_text("西街街道")
    assert table.locator("tbody tr").first.inner_text() != whole
    page.get_by_label("显示").select_option(label="0至4岁")
    expect(table.get_by_role("row", name="东街街道")).to_be_visible()
    expect(page.get_by_label("查找地区")).to_be_hidden()
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename == "P03.xlsx"


def test_a_statistician_reads_estimates_with_their_errors_on_a_desk(page_en_desktop: Page, release: Path) -> None:
    page = page_en_desktop
    page.goto((release / "site" / "zh" / "L01.html").as_uri())
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", name="L01 Marital status of people of 15 and over")).to_be_visible()
    row = page.get_by_role("row", name="First marriage")
    expect(row).to_contain_text("±")
    expect(row.locator(".mark").first).to_have_attribute("title", "reliable")
    page.goto((release / "site" / "en" / "H07.html").as_uri())
    assert page.get_by_role("table").locator("tbody tr").count() > 1


def test_without_scripts_the_largest_area_is_there(release: Path) -> None:
    text = (release / "site" / "en" / "D01.html").read_text()
    assert "<caption>示例县</caption>" in text
    assert text.index("How the home is held") < text.index("Built by the household") < text.index("</table>")
    assert "http" not in text.replace('xmlns="http', "")
