"""Addresses of units."""

from django.urls import path

from domicile.apps.places.units import views
from domicile.apps.places.units.ledger import Units

app_name = "units"
urlpatterns = [
    path("ledgers/units/", Units.as_view(), name="ledger"),
    path("units/add/", views.AddUnit.as_view(), name="add"),
    path("units/<uuid:pk>/", views.unit, name="unit"),
    path("units/<uuid:pk>/numbers/", views.numbers, name="numbers"),
    path("units/<uuid:pk>/correct/", views.CorrectUnit.as_view(), name="correct"),
    path("units/<uuid:pk>/close/", views.CloseUnit.as_view(), name="close"),
    path("dwellings/<uuid:pk>/add-unit/", views.AddUnitHere.as_view(), name="add_here"),
    path("units/changes/<int:pk>/undo/", views.undo, name="undo"),
]
