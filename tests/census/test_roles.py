"""Roles behind the wall: none of them is one of the register's, and none may do anything there (P-4)."""

from datetime import date

import pytest
from django.utils import timezone

from domicile.apps.access import actions, viewers
from domicile.apps.access.roles import matrix
from domicile.apps.accounts.actions import create_user
from domicile.apps.common.refusals import Refused
from domicile.core.policy import roles

ON = date(2026, 11, 1)
#: What names no person and no form: duties that both sites have.
SHARED = {"administrator", "supervisor", "statistician"}


def test_this_site_knows_the_roles_of_the_census_alone() -> None:
    assert matrix(ON) is roles.matrix(ON, roles.CENSUS)
    there = roles.matrix(ON, roles.REGISTER)
    assert set(matrix(ON).roles) & set(there.roles) == SHARED


def test_nothing_that_shows_somebody_of_the_one_is_known_in_the_other() -> None:
    here, there = matrix(ON), roles.matrix(ON, roles.REGISTER)
    showing = [{name for name, one in of.known_permissions.items() if one.shows_person} for of in (here, there)]
    assert showing[0]
    assert not showing[0] & set(there.known_permissions)
    assert not showing[1] & set(here.known_permissions)
    for role in SHARED:
        assert not here.ever(role) & showing[0]


@pytest.mark.django_db(databases=["default", "log"])
@pytest.mark.parametrize("role", ["community_officer", "county_operator", "query_clerk"])
def test_a_role_of_the_register_is_given_to_nobody_here(role: str) -> None:
    machine = viewers.machine_viewer("domicile census users", "770101")
    made = create_user(actor=machine, username="lin", real_name="林主任", area_code="770101", language="zh-hans")
    with pytest.raises(Refused):
        actions.grant_role(
            actor=machine, user_id=made.user.pk, role=role, scope="770101", valid_from=timezone.localdate()
        )
    held = actions.grant_role(
        actor=machine, user_id=made.user.pk, role="administrator", scope="770101", valid_from=timezone.localdate()
    )
    assert held.role == "administrator"
