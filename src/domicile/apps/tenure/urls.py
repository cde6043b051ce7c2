"""Addresses of rentals, owners and managers."""

from django.urls import path

from domicile.apps.tenure.ledger import Rentals
from domicile.apps.tenure.views import holdings, rentals

app_name = "tenure"
urlpatterns = [
    path("ledgers/rentals/", Rentals.as_view(), name="ledger"),
    path("rentals/<uuid:pk>/", rentals.rental, name="rental"),
    path("rentals/<uuid:pk>/numbers/", rentals.numbers, name="numbers"),
    path("rentals/<uuid:pk>/correct/", rentals.CorrectRental.as_view(), name="correct_rental"),
    path("rentals/<uuid:pk>/extend/", rentals.ExtendContract.as_view(), name="extend_contract"),
    path("rentals/<uuid:pk>/end/", rentals.EndRental.as_view(), name="end_rental"),
    path("rentals/<uuid:pk>/visit/", rentals.RecordVisit.as_view(), name="record_visit"),
    path("dwellings/<uuid:pk>/add-rental/", rentals.AddRental.as_view(), name="add_rental"),
    path("dwellings/<uuid:pk>/owners/", holdings.owners, name="owners"),
    path("dwellings/<uuid:pk>/owners/numbers/", holdings.numbers, name="owner_numbers"),
    path("dwellings/<uuid:pk>/owners/change/", holdings.ChangeHolder.as_view(), name="change_holder"),
    path("holdings/<uuid:pk>/end/", holdings.EndHolding.as_view(), name="end_holding"),
    path("tenure/changes/<int:pk>/undo/", rentals.undo, name="undo"),
]
