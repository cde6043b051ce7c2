"""What every command needs: Django when asked for, exit codes, one way to report."""

import gc
import json
import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import click

from domicile.cli import UNABLE

INTERRUPTED = 130
# Problems whose own message says what is wrong and what to do; by name, since naming them should not import Django.
TOLD = {
    "domicile.apps.vault.keyring.UnknownKey",
    "domicile.apps.common.viewer.NotAllowed",
    "domicile.apps.exchange.messages.ImportRefused",
    "domicile.apps.common.refusals.Refused",
    "domicile.engines.spark.session.ClusterRefused",
    "domicile.site.backup.BackupRefused",
    "domicile.site.demo.NotADemonstration",
    "domicile.site.demo_clock.ClockRefused",
    "domicile.site.instance.InUse",
    "domicile.site.postgresql.ProgramFailed",
    "domicile.site.server.PortTaken",
}


class Unable(click.ClickException):
    """The command cannot be done here. The message says why and what to do."""

    exit_code = UNABLE


def exit_code_of(command: click.Command, arguments: list[str] | None) -> int:
    """Run a command; give its exit code. What an operator can cure is told in one sentence, never as a trace."""
    try:
        code = command.main(args=arguments, prog_name="domicile", standalone_mode=False)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as problem:
        problem.show()
        return problem.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except Exception as problem:
        message = operator_message(problem)
        if message is None:
            raise
        click.echo(f"Error: {message}", err=True)
        return UNABLE
    return code if isinstance(code, int) else 0


def operator_message(problem: Exception) -> str | None:
    """One sentence for a problem that the operator of this machine can cure; None for any other."""
    from domicile.site.secrets import KeyFileError

    if isinstance(problem, KeyFileError | FileNotFoundError | PermissionError | IsADirectoryError):
        return str(problem)
    names = {f"{kind.__module__}.{kind.__name__}" for kind in type(problem).__mro__}
    if names & TOLD:
        return str(problem)
    if names & {"django.db.utils.OperationalError", "django.core.exceptions.ImproperlyConfigured"}:
        return f"{str(problem).strip()} (is the database made and reachable? domicile migrate makes its tables)"
    return None


def start_django() -> None:
    """Load settings and apps. Commands call it first thing, before they import models.

    Files made from here on are for this user alone. What is loaded here stays to the end: the search for unused objects leaves
    it out, which is a tenth of the start.
    """
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "domicile.site.settings")
    gc.disable()
    import django
    from django.utils import translation

    try:
        django.setup()
        translation.activate("zh-hans" if chinese() else "en")
    except ValueError as problem:  # a setting that does not read
        raise Unable(str(problem)) from problem
    finally:
        gc.freeze()
        gc.enable()


def json_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The --json option of commands that report."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line instead of text.")(
        function
    )


def language_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """The --language option of commands that tell people something (see `chinese`)."""
    return click.option(
        "--language",
        "--lang",
        "language",
        type=click.Choice(["zh", "en"]),
        help="Language of the messages; without it, the terminal's.",
    )(function)


def report(data: dict[str, Any], as_json: bool, lines: Iterable[str]) -> None:
    """Print a report as JSON on one line, or as text."""
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False, default=str))
    else:
        for line in lines:
            click.echo(line)


def chinese(language: str | None = None) -> bool:
    """Whether to speak Chinese: --language first, else the locale of the terminal."""
    wanted = language or os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return wanted.lower().startswith("zh")


def interactive() -> bool:
    """Whether a person is at the terminal."""
    return sys.stdin.isatty() and sys.stderr.isatty()
