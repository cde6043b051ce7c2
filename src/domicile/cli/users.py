"""domicile users: create, list, reset, close."""

from typing import TYPE_CHECKING

import click

from domicile.cli.running import Unable, json_option, report, start_django

if TYPE_CHECKING:
    from domicile.apps.accounts.models import User


@click.group(name="users")
def command() -> None:
    """Make, list and close accounts from the machine itself: the first administrator, or when nobody can sign in."""


@command.command()
@click.argument("username")
@click.option("--name", required=True, help="The real name.")
@click.option("--role", default="administrator", show_default=True)
@click.option("--scope", required=True, help="Area code that the role covers, shortened to its level: 770101.")
@click.option("--language", type=click.Choice(["zh-hans", "en"]), default="zh-hans", show_default=True)
@json_option
def create(username: str, name: str, role: str, scope: str, language: str, as_json: bool) -> int:
    """Make an account with a random password, printed once. The second factor is set up at the first sign-in."""
    start_django()
    from django.db import transaction
    from django.utils import timezone

    from domicile.apps.access.actions import grant_role
    from domicile.apps.access.viewers import machine_viewer
    from domicile.apps.accounts.actions import create_user

    actor = machine_viewer("domicile users", scope)
    with transaction.atomic():
        made = create_user(actor=actor, username=username, real_name=name, area_code=scope, language=language)
        grant_role(actor=actor, user_id=made.user.pk, role=role, scope=scope, valid_from=timezone.localdate())
    data = {"username": username, "password": made.password, "role": role, "scope": scope}
    report(data, as_json, [f"user name  {username}", f"password   {made.password}", "It is shown this once only."])
    return 0


@command.command(name="list")
@json_option
def list_users(as_json: bool) -> int:
    """List the accounts with their roles and areas."""
    start_django()
    from django.utils import timezone

    from domicile.apps.access.grants import grants_on
    from domicile.apps.accounts.models import User

    for user in User.objects.order_by("username"):
        grants = [f"{grant.role} {grant.scope}" for grant in grants_on(user.pk, timezone.localdate())]
        data = {"username": user.username, "name": user.real_name, "open": user.is_active, "grants": grants}
        state = "" if user.is_active else "closed"
        report(data, as_json, [f"{user.username:24} {user.real_name:12} {', '.join(grants)} {state}".rstrip()])
    return 0


@command.command()
@click.argument("username")
@json_option
def reset(username: str, as_json: bool) -> int:
    """Give an account a new random password, printed once, and take its second factor away.

    For when both are lost: no single administrator may do both.
    """
    start_django()
    from django.db import transaction

    from domicile.apps.access.viewers import machine_viewer
    from domicile.apps.accounts.actions import reset_password, reset_second_factor

    user = _account(username)
    actor = machine_viewer("domicile users", "")
    with transaction.atomic():
        reset_second_factor(actor=actor, user_id=user.pk)
        made = reset_password(actor=actor, user_id=user.pk)
    data = {"username": username, "password": made.password}
    report(data, as_json, [f"user name  {username}", f"password   {made.password}", "It is shown this once only."])
    return 0


@command.command()
@click.argument("username")
def close(username: str) -> int:
    """Close an account: its sessions end at once, and nobody signs in to it any more."""
    start_django()
    from django.utils import timezone

    from domicile.apps.access.viewers import machine_viewer
    from domicile.apps.accounts.actions import close_account

    user = _account(username)
    actor = machine_viewer("domicile users", user.area_code)
    close_account(actor=actor, user_id=user.pk, on=timezone.localdate())
    click.echo(f"{username} is closed")
    return 0


def _account(username: str) -> "User":
    from domicile.apps.accounts.models import User

    user = User.objects.filter(username=username).first()
    if user is None:
        raise Unable(f"there is no account {username}: domicile users list names them")
    return user
