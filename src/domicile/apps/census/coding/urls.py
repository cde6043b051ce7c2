"""Addresses of coding."""

from django.urls import path

from domicile.apps.census.coding import views

urlpatterns = [
    path("census/<slug:code>/coding/", views.coding, name="coding"),
    path("census/<slug:code>/coding/gather/", views.gather, name="gather_wordings"),
    path("census/<slug:code>/coding/<slug:listed>/", views.text, name="coding_text"),
    path("coding/texts/<uuid:pk>/", views.decide, name="code_wording"),
    path("coding/changes/<int:pk>/undo/", views.take_back, name="undo_coding"),
]
