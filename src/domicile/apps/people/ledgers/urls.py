"""Addresses of the ledgers."""

from django.urls import path

from domicile.apps.people.ledgers.households import Households

urlpatterns = [
    path("households/", Households.as_view(), name="ledger_households"),
]
