"""domicile demo."""

import os
import sys
import time
import unicodedata
from pathlib import Path
from typing import Any

import click

from domicile.cli.running import Unable, chinese, language_option, start_django

PEOPLE, CENSUS_PEOPLE, PORT = 20_000, 6_000, 8000
WORDS = {
    "en": {
        "made": "A synthetic county of {people:,} people is ready (seed {seed}). Nobody in it is real.",
        "kept": "The county of {people:,} people is kept; to make another, delete {home}.",
        "again": "An earlier start was stopped halfway; it is made anew.",
        "factor": "Signing in needs a password and a second factor: put the secret into an authenticator app,\n"
        "or print the code of the moment: domicile demo --code USER",
        "columns": ["role", "user", "password", "second-factor secret"],
    },
    "zh": {
        "made": "已生成 {people:,} 人的虚构县（种子 {seed}），其中没有真实的人。",
        "kept": "沿用已有的 {people:,} 人的虚构县；要重新生成，请删除 {home}。",
        "again": "上次启动中途停止，现在重新生成。",
        "factor": "登录需要密码和第二因素：把密钥加入验证器应用，\n或显示当前验证码：domicile demo --code 用户名",
        "columns": ["角色", "用户名", "密码", "第二因素密钥"],
    },
}


@click.command(name="demo")
@click.argument("what", required=False, type=click.Choice(["census"]))
@click.option("--people", default=None, type=click.IntRange(200, 2_000_000), help="[default: 20000; 6000 of a census]")
@click.option("--seed", default=1, show_default=True, type=click.IntRange(min=0))
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=None, type=click.IntRange(1, 65535), help="[default: 8000; 8001 of a census]")
@click.option("--no-serve", is_flag=True, help="Make the county and stop.")
@click.option("--two", is_flag=True, help="Make two counties, linked to one another, and serve them side by side.")
@click.option(
    "--days-ahead", default=0, metavar="N", type=click.IntRange(0, 366),
    help="Serve with the clock N days ahead, to see what is late by then. Of a demonstration alone.",
)  # fmt: skip
@click.option(
    "--county", default="", metavar="CODE", help="Make another of the fictional counties (770102, 770201, …)."
)
@click.option("--code", metavar="USER", help="Print the second-factor code of the moment of one login, and stop.")
@language_option
def command(
    what: str | None, people: int | None, seed: int, host: str, port: int | None, no_serve: bool, two: bool, days_ahead: int,
    county: str, code: str | None, language: str | None,
) -> int:  # fmt: skip
    """Make a synthetic county, load it through the import road and serve it. Started again, it keeps the data.

    `domicile demo census` carries such a county through a census instead, from the map to the published tables, and serves the
    census site.
    """
    if what == "census":
        from domicile.cli import demo_census

        return demo_census.run(
            people or CENSUS_PEOPLE, seed, host, port, serve=not no_serve, zh=chinese(language), code=code
        )
    people, port = people or PEOPLE, port or PORT
    if two:
        from domicile.cli.side_by_side import run

        return run(people, seed, port, serve=not no_serve, zh=chinese(language), days_ahead=days_ahead)
    start_django()
    from django.conf import settings

    from domicile.site import demo
    from domicile.site.instance import hold

    home, words = Path(settings.HOME), WORDS["zh" if chinese(language) else "en"]
    state = demo.state(home)
    if code is not None:
        return print_code(code, home, state)
    if state.get("state") == "ready":
        click.echo(str(words["kept"]).format(people=state["people"], home=home))
    else:
        if state:
            click.echo(str(words["again"]))
        with hold(home, alone=True):
            make(people, seed, county)
        click.echo(str(words["made"]).format(people=people, seed=seed))
    click.echo()
    for line in table(demo.logins(home), words["columns"], zh=chinese(language)):
        click.echo(line)
    click.echo(f"\n{words['factor']}\n")
    if no_serve:
        return 0
    if days_ahead:
        from domicile.site.demo_clock import VARIABLE

        later = {**os.environ, VARIABLE: str(days_ahead)}
        program = [sys.executable, "-m", "domicile.cli", "serve", "--host", host, "--port", str(port)]
        os.execve(program[0], program, later)  # noqa: S606 - no shell is wanted
    from domicile.cli.serve import prepare, serve

    prepare(no_migrate=False)
    return serve(host, port)


def make(people: int, seed: int, county: str) -> None:
    """Make the county with a bar that shows how far it is."""
    from domicile.site import demo

    with click.progressbar(length=1000, label=" " * 24, file=sys.stderr) as bar:

        def tell(stage: str, done: float) -> None:
            bar.label = f"{stage[:24]:24}"
            bar.update(max(0, int(done * 1000) - bar.pos))

        demo.make(people, seed, tell, county=county)
        bar.update(1000 - bar.pos)


def print_code(user: str, home: Path, state: dict[str, Any]) -> int:
    """Print the code that an authenticator app would show now."""
    from domicile.site import demo

    found = {login.username: login for login in demo.logins(home)} if state.get("state") == "ready" else {}
    if user not in found:
        raise Unable(
            f"there is no login {user} of a demonstration here: {', '.join(found) or 'run domicile demo first'}"
        )
    click.echo(demo.code_now(found[user].secret, time.time()))
    return 0


def table(logins: list[Any], columns: Any, *, zh: bool) -> list[str]:
    """Logins as lines of a table, aligned also where a character is two columns wide."""
    rows = [list(columns)]
    rows += [
        [login.label_zh if zh else login.label_en, login.username, login.password, login.secret] for login in logins
    ]
    widths = [max(width(row[at]) for row in rows) for at in range(len(columns))]
    return ["  ".join(cell + " " * (widths[at] - width(cell)) for at, cell in enumerate(row)).rstrip() for row in rows]


def width(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
