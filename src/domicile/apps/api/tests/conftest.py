"""A family in Qian's community, tokens of the cast, and calls with them."""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from domicile.apps.accounts.models import User
from domicile.apps.api import actions
from domicile.apps.api.policies import GRANTABLE
from tests import factories
from tests.cast import Actor, make_user, viewer

ALL = tuple(GRANTABLE)


def account(actor: Actor) -> User:
    return User.objects.filter(username=actor.username).first() or make_user(actor)


@pytest.fixture
def token() -> Callable[..., str]:
    """`token(QIAN)`: the text of a token of this actor with all that the purpose allows, or with `permissions`."""

    def make(actor: Actor, permissions: tuple[str, ...] | None = None, scopes: tuple[str, ...] = ()) -> str:
        account(actor)
        who = viewer(actor)
        given = permissions or tuple(name for name in ALL if who.may(name))
        return actions.make_token(
            actor=who,
            client="窗口程序",
            purpose=actor.purpose,
            scopes=scopes or who.scopes,
            permissions=given,
            expires_on=timezone.localdate() + dt.timedelta(days=30),
        ).text

    return make


@pytest.fixture
def call() -> Callable[..., Any]:
    """`call(token, "GET", "/me")` or `call(token, "POST", "/persons/search", {...})`: the answer."""
    client = Client(enforce_csrf_checks=True)

    def send(token: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if token:
            sent["Authorization"] = f"Bearer {token}"
        options: dict[str, Any] = {"headers": sent}
        if body is not None:
            options |= {"data": body, "content_type": "application/json"}
        return getattr(client, method.lower())(f"/api/v1{path}", **options)

    return send


@pytest.fixture
def home() -> SimpleNamespace:
    """A dwelling in Zhao's grid with a family of three, whose head has a number and a phone."""
    factories.area_tree()
    dwelling = factories.dwelling(room="101室")
    head = factories.person(name="周建国", number="770101195503011234", phone="15412345678")
    others = [factories.person(name="周秀英", sex="2"), factories.person(name="周小明")]
    members = [(head, "02"), (others[0], "10"), (others[1], "20")]
    factories.household(at=dwelling, members=members, side="registered")
    household = factories.household(at=dwelling, members=members)
    return SimpleNamespace(dwelling=dwelling, household=household, head=head, others=others)
