"""What is told of rentals at the door: other tenants as a proposal; visits, contracts and ends judged in sets as each alone."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from domicile.apps.audit.models import Change
from domicile.apps.collect import drafts as sets
from domicile.apps.collect.actions import Subject, accept, propose
from domicile.apps.collect.drafts import Draft, Unsure
from domicile.apps.collect.registry import handler
from domicile.apps.collect.undoing import undo
from domicile.apps.common.refusals import Refused
from domicile.apps.places.models import Dwelling
from domicile.apps.tenure import actions
from domicile.apps.tenure.actions import rentals
from domicile.apps.tenure.models import Rental
from domicile.apps.vault.sealing import open_value
from tests import factories
from tests.cast import OTHER_GRID, qian_viewer, zhao_viewer

pytestmark = pytest.mark.django_db(databases=["default", "log"])
TODAY = dt.date(2026, 11, 1)
START, END = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
PHONE = "13800001234"


def let(home: Dwelling | None = None, **fields: object) -> Rental:
    home = home or factories.dwelling()
    values = {
        "landlord_name": "马守仁",
        "tenants": {"牛大力": ""},
        "contract_start": START,
        "contract_end": END,
        **fields,
    }
    made = actions.AddRental(dwelling_id=home.pk, **values)  # type: ignore[arg-type]
    return Rental.objects.get(pk=actions.add_rental(actor=qian_viewer(), reason="看到合同", arguments=made))


def tenants(rental: Rental) -> set[str]:
    return {row.holder.name for row in rental.tenants.select_related("holder")}


def change(rental: Rental, **fields: object) -> None:
    made = actions.ChangeTenants(rental.pk, **fields)  # type: ignore[arg-type]
    actions.change_tenants(actor=qian_viewer(), reason="上门", arguments=made)


def test_other_tenants_are_proposed_shown_beside_those_on_file_accepted_and_undone() -> None:
    rental = let()
    subject = Subject("rental", rental.pk, rental.dwelling.place_code)
    proposal = propose(
        actor=zhao_viewer(), action=rentals.TENANTS, subject=subject, reason="上门",
        arguments=actions.ChangeTenants(rental.pk, {"羊秀英": PHONE}),
    )  # fmt: skip
    assert tenants(rental) == {"牛大力"}
    assert PHONE.encode() not in bytes(proposal.arguments)
    known = handler(rentals.TENANTS)
    sides = [(line.before, line.after) for line in known.describe(actions.ChangeTenants(rental.pk, {"羊秀英": PHONE}))]
    assert ("牛大力", "羊秀英") in sides
    accept(actor=qian_viewer(), proposal_id=proposal.pk)
    assert tenants(rental) == {"羊秀英"}
    assert open_value(rental.tenants.get().holder, "phone") == PHONE
    made = Change.objects.get(action=rentals.TENANTS)
    undo(actor=qian_viewer(), change_id=made.pk, kinds=[rentals.TENANTS])
    assert tenants(rental) == {"牛大力"}


def test_who_came_beside_those_on_file_leaves_them() -> None:
    rental = let()
    change(rental, tenants={"羊秀英": ""}, left=False)
    assert tenants(rental) == {"牛大力", "羊秀英"}


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"tenants": {}}, "至少"),
        ({"tenants": {"牛大力": ""}}, "已在册"),
        ({"tenants": {"牛大力": ""}, "left": False}, "已在册"),
    ],
)
def test_nobody_and_the_same_are_refused(fields: dict[str, object], words: str) -> None:
    with pytest.raises(Refused, match=words):
        change(let(), **fields)


def drafts(held: Rental, over: Rental, far: Rental) -> list[Draft]:
    late, future = END + dt.timedelta(days=365), dt.date(2199, 1, 1)
    day, before = dt.date(2026, 6, 1), dt.date(2025, 6, 1)
    told = [
        argument
        for rental in (held, over, far)
        for argument in (
            actions.RecordVisit(rental.pk, day, "signed"),
            actions.RecordVisit(rental.pk, before),
            actions.RecordVisit(rental.pk, future),
            actions.RecordVisit(rental.pk, dt.date(2026, 5, 1)),
            actions.ExtendContract(rental.pk, late),
            actions.ExtendContract(rental.pk, END),
            actions.ExtendContract(rental.pk, day),
            actions.ExtendContract(rental.pk, None),
            actions.EndRental(rental.pk, day),
            actions.EndRental(rental.pk, before),
            actions.EndRental(rental.pk, future),
            actions.EndRental(rental.pk, day, "vacant"),
        )
    ]
    told.append(actions.RecordVisit(uuid.uuid4(), day))
    names = {actions.RecordVisit: rentals.VISIT, actions.ExtendContract: rentals.EXTEND, actions.EndRental: rentals.END}
    subject = Subject("rental", held.pk, held.dwelling.place_code)
    return [Draft(zhao_viewer(), names[type(one)], subject, one, "上门") for one in told]


def test_judged_in_sets_they_are_found_possible_or_not_as_each_is_alone() -> None:
    held = let(last_visit=dt.date(2026, 5, 1), safety="unsigned")
    over = let()
    Rental.objects.filter(pk=over.pk).update(ended_on=dt.date(2026, 3, 1))
    far = let()
    away = factories.dwelling(within=factories.building(place_code=OTHER_GRID, plate="99号"))
    Rental.objects.filter(pk=far.pk).update(dwelling=away)
    rows = drafts(held, over, far)
    judge = handler(rentals.VISIT).judge
    assert judge is not None
    with CaptureQueriesContext(connection) as seen:
        verdicts = judge(rows)
    assert len(seen) == 1
    for draft, verdict in zip(rows, verdicts, strict=True):
        alone = sets._rehearsed(draft)
        if not isinstance(verdict, Unsure):
            assert (type(verdict), str(verdict)) == (type(alone), str(alone)), draft.arguments
    assert any(verdict is None for verdict in verdicts)
