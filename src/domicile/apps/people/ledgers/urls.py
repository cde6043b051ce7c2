"""Addresses of the ledgers, and their place on the page of all ledgers."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from domicile.apps.people.ledgers import general
from domicile.apps.people.ledgers.households import Households
from domicile.apps.people.ledgers.shells import Shells
from domicile.apps.screens import registry

#: Group on the page of all ledgers, address, ledger.
LEDGERS = (
    (_("People"), "people", general.People),
    (_("People"), "households", Households),
    (_("Situation"), "here-registered-elsewhere", general.RegisteredElsewhere),
    (_("Situation"), "registered-away", general.RegisteredAway),
    (_("Situation"), "shells", Shells),
    (_("Service and care"), "children", general.Children),
    (_("Service and care"), "elderly-alone", general.ElderlyAlone),
    (_("Service and care"), "great-age", general.Centenarians),
)

urlpatterns = [
    path(f"{address}/", ledger.as_view(), name=f"ledger_{ledger.name}") for _group, address, ledger in LEDGERS
]


def register_all() -> None:
    """Put them on the page of all ledgers; called once, at start-up."""
    for group, _address, ledger in LEDGERS:
        registry.register(f"people:ledger_{ledger.name}", ledger, group)
