"""A form sent twice at the same moment changes things once: what is checked is read in the change's own transaction."""

import datetime as dt

import pytest
from django.db import connection

from domicile.apps.common.refusals import Refused
from domicile.apps.people import actions
from domicile.apps.people.actions import households, names, stays
from domicile.apps.people.models import Spell
from tests import factories
from tests.cast import sun_viewer

pytestmark = pytest.mark.django_db(transaction=True, databases=["default", "log"])


@pytest.mark.parametrize("change", ["name", "stay", "member"])
def test_what_is_checked_is_read_in_the_changes_own_transaction(change: str, monkeypatch: pytest.MonkeyPatch) -> None:
    family = factories.family(registered=False)
    child = family.members.get(relation="20").person
    module, reader = {
        "name": (names, "person_in_scope"),
        "stay": (stays, "spell_in_scope"),
        "member": (households, "household_in_scope"),
    }[change]
    read, inside = getattr(module, reader), []

    def watched(*args, **options):  # type: ignore[no-untyped-def]
        inside.append(connection.in_atomic_block and options.get("lock"))
        return read(*args, **options)

    monkeypatch.setattr(module, reader, watched)
    common = {"actor": sun_viewer(), "reason": "seen"}
    if change == "name":
        actions.correct_name(**common, arguments=actions.CorrectName(child.pk, "曾小明"))
    elif change == "stay":
        spell = Spell.objects.get(person=child)
        actions.end_stay(**common, arguments=actions.EndStay(spell.pk, dt.date(2026, 5, 1)))
    else:
        actions.add_member(**common, arguments=actions.AddMember(family.pk, "20", name="曾小明"))
    assert inside == [True]


def test_somebody_is_added_to_a_household_once() -> None:
    family = factories.family(registered=False)
    arguments = actions.AddMember(family.pk, "20", name="曾小明", birth_date=dt.date(2020, 1, 1))
    actions.add_member(actor=sun_viewer(), reason="born", arguments=arguments)
    with pytest.raises(Refused):
        actions.add_member(actor=sun_viewer(), reason="born", arguments=arguments)
    assert family.members.filter(person__name="曾小明").count() == 1
