"""Addresses of campaigns."""

from django.urls import path

from domicile.apps.fieldwork.campaigns.views import doors, leading, results, sheets

app_name = "campaigns"
urlpatterns = [
    path("campaigns/", leading.campaigns, name="campaigns"),
    path("campaigns/add/", leading.Make.as_view(), name="make"),
    path("campaigns/at/<uuid:pk>/", doors.at, name="at"),
    path("campaigns/<uuid:pk>/", leading.campaign, name="campaign"),
    path("campaigns/<uuid:pk>/progress/", leading.progress, name="progress"),
    path("campaigns/<uuid:pk>/correct/", leading.Correct.as_view(), name="correct"),
    path("campaigns/<uuid:pk>/freeze/", leading.Freeze.as_view(), name="freeze"),
    path("campaigns/<uuid:pk>/give-out/", leading.give_out, name="give_out"),
    path("campaigns/<uuid:pk>/take-back/", leading.take_back, name="take_back"),
    path("campaigns/<uuid:pk>/cancel/", leading.Cancel.as_view(), name="cancel"),
    path("campaigns/<uuid:pk>/close/", leading.Close.as_view(), name="close"),
    path("campaigns/<uuid:pk>/frame/", results.frame, name="frame"),
    path("campaigns/<uuid:pk>/frame.txt", results.frame_text, name="frame_text"),
    path("campaigns/<uuid:pk>/doors/", doors.doors, name="doors"),
    path("campaigns/<uuid:pk>/call-backs/", doors.call_backs, name="call_backs"),
    path("campaigns/<uuid:pk>/doors/<uuid:dwelling>/", doors.door, name="door"),
    path("campaigns/<uuid:pk>/doors/<uuid:dwelling>/intentions/", doors.intentions, name="intentions"),
    path("campaigns/<uuid:pk>/sheets/", sheets.sheets, name="sheets"),
    path("campaigns/<uuid:pk>/sheets/<slug:key>/print/", sheets.printed, name="print_sheet"),
    path("campaigns/<uuid:pk>/sheets/<slug:key>/enter/", sheets.enter, name="enter_sheet"),
    path("campaigns/<uuid:pk>/comparison/", results.comparison, name="comparison"),
    path("campaigns/<uuid:pk>/comparison/<slug:file>/", results.comparison_file, name="comparison_file"),
    path("campaigns/<uuid:pk>/lists/<slug:name>/", results.listed, name="listed"),
    path("campaigns/<uuid:pk>/lists/<slug:name>/<slug:file>/", results.list_file, name="list_file"),
]
