"""Addresses of self-enumeration: the page of households, and those of staff who hand out codes."""

from django.urls import path

from domicile.apps.census.selfenum.views import public, staff

urlpatterns = [
    path("s/", public.page, name="selfenum"),
    path("s/worker.js", public.worker, name="selfenum_worker"),
    path("s/open", public.open_form, name="selfenum_open"),
    path("s/answer", public.answer, name="selfenum_answer"),
    path("census/<slug:code>/slips/", staff.areas, name="slips"),
    path("census/<slug:code>/slips/print/", staff.print_slips, name="print_slips"),
    path("census/households/<uuid:pk>/code/", staff.give, name="give_household_code"),
    path("census/households/slip/", staff.slip, name="household_slip"),
]
