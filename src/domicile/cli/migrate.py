"""domicile migrate."""

import click

from domicile.cli.running import start_django


@click.command(name="migrate")
@click.option("--check", is_flag=True, help="Change nothing; exit with 1 when something is to be done.")
def command(check: bool) -> int:
    """Make or upgrade the tables of the databases."""
    start_django()
    from domicile.site.migration import migrate, pending

    if check:
        waiting = pending()
        for name in waiting:
            click.echo(name)
        return 1 if waiting else 0
    done = migrate()
    click.echo(f"{done} migrations applied" if done else "nothing to do")
    return 0
