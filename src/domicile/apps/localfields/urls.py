"""Addresses of local fields."""

from django.urls import path

from domicile.apps.localfields import views

app_name = "localfields"
urlpatterns = [
    path("local-fields/", views.fields, name="fields"),
    path("local-fields/propose/", views.Propose.as_view(), name="propose"),
    path("local-fields/<uuid:pk>/", views.field, name="field"),
    path("local-fields/<uuid:pk>/approve/", views.Approve.as_view(), name="approve"),
    path("local-fields/<uuid:pk>/paper/", views.RecordApproval.as_view(), name="paper"),
    path("local-fields/<uuid:pk>/refuse/", views.Refuse.as_view(), name="refuse"),
    path("local-fields/<uuid:pk>/end/", views.End.as_view(), name="end"),
]
