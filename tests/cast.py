"""The fixed cast of the tests: who they are, what they may see, and how they sign in.

Zhao works one grid, Qian the community around it, Sun the county above; Li is Qian's like in another county and must
see nothing of theirs; Zhou is a resident without an account; Wu administers, Zheng supervises, Chen makes statistics.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domicile.apps.access.roles import matrix
from domicile.apps.common.viewer import Viewer

if TYPE_CHECKING:
    from django.test import Client

    from domicile.apps.accounts.models import User

COUNTY = "770101"
TOWNSHIP = "770101001"
COMMUNITY = "770101001001"
GRID = "770101001001001"
OTHER_GRID = "770101001001002"
OTHER_COMMUNITY = "770102001001"
OTHER_GRID_ELSEWHERE = "770102001001001"
ZHOU_NAME = "周晓岚"
PASSWORD = "correct horse battery"
GRANTED_FROM = dt.date(2020, 1, 1)
RULES_ON = dt.date(2026, 1, 1)


@dataclass(frozen=True)
class Actor:
    """One member of the cast."""

    username: str
    real_name: str
    role: str
    scope: str
    purpose: str

    @property
    def id(self) -> uuid.UUID:
        return uuid.uuid5(uuid.NAMESPACE_DNS, f"{self.username}.example")


ZHAO = Actor("zhao", "赵网格", "grid_worker", GRID, "door_visit")
QIAN = Actor("qian", "钱社区", "community_officer", COMMUNITY, "register_maintenance")
SUN = Actor("sun", "孙县区", "county_operator", COUNTY, "register_maintenance")
LI = Actor("li", "李外县", "community_officer", OTHER_COMMUNITY, "register_maintenance")
WU = Actor("wu", "吴管理", "administrator", COUNTY, "oversight")
ZHENG = Actor("zheng", "郑督查", "supervisor", COUNTY, "oversight")
CHEN = Actor("chen", "陈统计", "statistician", COUNTY, "statistics")
CAST = (ZHAO, QIAN, SUN, LI, WU, ZHENG, CHEN)


def viewer(actor: Actor, purpose: str | None = None) -> Viewer:
    """The viewer that this actor is, without a database. `purpose` None: the actor's usual one."""
    stated = actor.purpose if purpose is None else purpose
    return Viewer(
        user_id=actor.id,
        name=actor.real_name,
        role=actor.role,
        scopes=(actor.scope,),
        purpose=stated,
        permissions=matrix(RULES_ON).permissions(actor.role, stated),
    )


def zhao_viewer(purpose: str | None = None) -> Viewer:
    return viewer(ZHAO, purpose)


def qian_viewer(purpose: str | None = None) -> Viewer:
    return viewer(QIAN, purpose)


def sun_viewer(purpose: str | None = None) -> Viewer:
    return viewer(SUN, purpose)


def li_viewer(purpose: str | None = None) -> Viewer:
    return viewer(LI, purpose)


def wu_viewer(purpose: str | None = None) -> Viewer:
    return viewer(WU, purpose)


def zheng_viewer(purpose: str | None = None) -> Viewer:
    return viewer(ZHENG, purpose)


def chen_viewer(purpose: str | None = None) -> Viewer:
    return viewer(CHEN, purpose)


def make_user(actor: Actor) -> "User":
    """Store the actor's account with PASSWORD and the grant. Needs the database `default`."""
    from domicile.apps.access.models import Grant
    from domicile.apps.accounts.models import User

    user = User.objects.create_user(
        actor.username, PASSWORD, id=actor.id, real_name=actor.real_name, area_code=actor.scope[:12]
    )
    Grant.objects.create(user=user, role=actor.role, scope=actor.scope, valid_from=GRANTED_FROM)
    return user


def sign_in(client: "Client", actor: Actor, purpose: str | None = None) -> "User":
    """Give the client a session of this actor with the second factor done; makes the account when there is none.

    `purpose` None states the actor's usual purpose, '' states none. Needs the databases `default` and `log`.
    """
    import time

    from domicile.apps.access import purposes
    from domicile.apps.accounts import sessions
    from domicile.apps.accounts.models import User

    user = User.objects.filter(username=actor.username).first() or make_user(actor)
    if user.real_name != actor.real_name:  # journeys of one worker share their database
        raise ValueError(f"{actor.username} is {user.real_name} already: give {actor.real_name} a name of its own")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    session = client.session
    sessions.mark_second_factor(session, at=time.time())
    stated = actor.purpose if purpose is None else purpose
    if stated:
        purposes.keep(session, stated, at=time.time())
    session.save()
    return user
