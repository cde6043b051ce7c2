"""domicile serve."""

from pathlib import Path

import click

from domicile.cli.running import Unable, start_django


@click.command(name="serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64), help="Web processes.")
@click.option("--no-migrate", is_flag=True, help="Do not upgrade the tables first.")
@click.option("--seal-every", default=60.0, show_default=True, help="Seconds between seals of the logs.")
def command(host: str, port: int, workers: int, no_migrate: bool, seal_every: float) -> int:
    """Serve the site, run its background work and seal its logs. Ctrl-C stops all of it."""
    start_django()
    prepare(no_migrate)
    return serve(host, port, workers, seal_every)


def prepare(no_migrate: bool) -> None:
    """Tables as this version needs them; what a killed process left half done (imports, snapshots) is set back."""
    from domicile.site.migration import migrate, pending, require_keys

    if no_migrate:
        waiting = pending()
        if waiting:
            raise Unable(f"{len(waiting)} migrations are waiting, first {waiting[0]}: run domicile migrate")
        require_keys()
    elif done := migrate():
        click.echo(f"{done} migrations applied")
    from django.conf import settings

    from domicile.apps.common import upkeep

    Path(settings.STATIC_ROOT).mkdir(mode=0o700, exist_ok=True)
    for sentence in upkeep.recovered():
        click.echo(sentence)


def serve(host: str, port: int, workers: int = 2, seal_every: float = 60.0) -> int:
    """Serve until stopped; the exit code."""
    from django.conf import settings
    from django.db import connections

    from domicile.site.instance import hold
    from domicile.site.server import Server

    connections.close_all()
    with hold(settings.HOME, alone=False):
        return Server(host=host, port=port, workers=workers, seal_every=seal_every, tell=click.echo).run()
