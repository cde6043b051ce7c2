"""domicile demo census."""

import os
import sys
from pathlib import Path
from typing import Any

import click

from domicile.cli.census import PORT, SETTINGS
from domicile.cli.running import start_django

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "made": "A census of {people:,} synthetic people was carried through (seed {seed}). Nobody in it is real.",
        "forms": "{forms:,} forms on three roads; {residents:,} residents counted",
        "found": "the survey of coverage: {number:,.0f} people ({low:,.0f} to {high:,.0f}); in truth {truth:,}",
        "page": "the tables are published: open {page} in a browser, no server is needed",
        "kept": "The census is kept; to make another, delete {home}. Its tables: {page}",
    },
    "zh": {
        "made": "已完成对 {people:,} 名虚构居民的人口普查演示（种子 {seed}），其中没有真实的人。",
        "forms": "三种途径共收到 {forms:,} 份普查表；登记常住人口 {residents:,} 人",
        "found": "质量抽查估计：{number:,.0f} 人（{low:,.0f} 至 {high:,.0f}）；实有 {truth:,} 人",
        "page": "汇总表已发布：用浏览器打开 {page}，不需要服务器",
        "kept": "沿用已有的普查演示；要重新生成，请删除 {home}。汇总表：{page}",
    },
}


def run(people: int, seed: int, host: str, port: int | None, *, serve: bool, zh: bool, code: str | None) -> int:
    """Make the census of the demonstration and serve it; the exit code."""
    os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS
    start_django()
    from django.conf import settings

    from domicile.cli import demo as shown
    from domicile.site import demo
    from domicile.site.instance import hold

    home, words = Path(settings.HOME), WORDS["zh" if zh else "en"]
    state = demo.state(home)
    if code is not None:
        return shown.print_code(code, home, state)
    if state.get("state") == "ready":
        click.echo(words["kept"].format(home=home, page=state.get("page", "")))
    else:
        made = _make(people, seed)
        told: dict[str, Any] = {
            "people": people,
            "seed": seed,
            "forms": made.forms,
            "residents": made.residents,
            "page": made.page,
        }
        told |= {"number": made.found.number, "low": made.found.low, "high": made.found.high, "truth": made.found.truth}
        for name in ("made", "forms", "found", "page"):
            click.echo(words[name].format(**told))
    click.echo()
    common: Any = shown.WORDS["zh" if zh else "en"]
    for line in shown.table(demo.logins(home), common["columns"], zh=zh):
        click.echo(line)
    click.echo(f"\n{common['factor']}\n".replace("domicile demo --code", "domicile demo census --code"))
    if not serve:
        return 0
    from domicile.cli.serve import prepare
    from domicile.cli.serve import serve as serve_site

    with hold(home, alone=True):
        pass
    prepare(no_migrate=False)
    return serve_site(host, port or PORT)


def _make(people: int, seed: int) -> Any:
    """Make it with a bar that shows how far it is."""
    from domicile.site.demo_census.making import make

    with click.progressbar(length=1000, label=" " * 24, file=sys.stderr) as bar:

        def tell(stage: str, done: float) -> None:
            bar.label = f"{stage[:24]:24}"
            bar.update(max(0, int(done * 1000) - bar.pos))

        made = make(people, seed, tell)
        bar.update(1000 - bar.pos)
    return made
