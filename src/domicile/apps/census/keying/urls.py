"""Addresses of keying."""

from django.urls import path

from domicile.apps.census.keying import views

urlpatterns = [
    path("census/<slug:code>/keying/", views.start, name="keying"),
    path("census/<slug:code>/keying/print/", views.print_forms, name="print_forms"),
    path("census/keying/households/<uuid:pk>/", views.key, name="key_form"),
    path("census/keying/sheets/<uuid:pk>/second/", views.key_second, name="key_second"),
    path("census/keying/sheets/<uuid:pk>/decide/", views.decide, name="decide_keying"),
]
