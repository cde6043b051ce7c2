"""Addresses of the staff of a census."""

from django.urls import path

from domicile.apps.census.staff.views import access, public, recruits, staff

urlpatterns = [
    path("badge/", public.check, name="check_badge"),
    path("census/staff-changes/<int:pk>/undo/", staff.undo, name="undo_staff"),
    path("census/recruits/<uuid:pk>/", recruits.recruit, name="recruit"),
    path("census/recruits/<uuid:pk>/correct/", recruits.CorrectRecruit.as_view(), name="correct_recruit"),
    path("census/recruits/<uuid:pk>/sign/", recruits.Sign.as_view(), name="sign_undertaking"),
    path("census/recruits/<uuid:pk>/badge/", recruits.GiveBadge.as_view(), name="give_badge"),
    path("census/recruits/<uuid:pk>/cover/", recruits.Cover.as_view(), name="cover_recruit"),
    path("census/recruits/<uuid:pk>/left/", recruits.DropOut.as_view(), name="drop_out"),
    path("census/recruits/<uuid:pk>/print/undertaking/", recruits.undertaking, name="print_undertaking"),
    path("census/recruits/<uuid:pk>/print/badge/", recruits.badge, name="print_badge"),
    path("census/<slug:code>/staff/", staff.staff, name="staff"),
    path("census/<slug:code>/staff/<str:community>/", staff.area, name="staff_area"),
    path("census/<slug:code>/staff/<str:community>/recruit/", recruits.RecruitSomebody.as_view(), name="add_recruit"),
    path("census/<slug:code>/staff/<str:community>/proposal/", staff.Propose.as_view(), name="propose_staff"),
    path("census/<slug:code>/areas/<str:grid>/assign/", staff.Assign.as_view(), name="assign_area"),
    path("census/<slug:code>/access/", access.access, name="access"),
    path("census/<slug:code>/access/give/", access.give, name="give_access"),
    path("census/<slug:code>/access/take/", access.take, name="take_access"),
]
