"""Addresses of the app. No name and no number stands in an address."""

from django.urls import path

from domicile.apps.sources.views import figures, lists, rows

app_name = "sources"
urlpatterns = [
    path("lists/", lists.overview, name="overview"),
    path("lists/loads/<uuid:pk>/", lists.load, name="load"),
    path("lists/loads/<uuid:pk>/compare/", lists.compare, name="compare"),
    path("lists/loads/<uuid:pk>/put-away/", lists.put_away, name="discard"),
    path("lists/loads/<uuid:pk>/coverage/", figures.figures, name="coverage"),
    path("lists/loads/<uuid:pk>/rows/<slug:name>/", rows.pile, name="pile"),
    path("lists/rows/<uuid:pk>/", rows.row, name="row"),
    path("lists/rows/<uuid:pk>/answer/", rows.answer, name="answer"),
    path("lists/rows/<uuid:pk>/visit/", rows.visit, name="visit"),
    path("lists/rows/<uuid:pk>/choose/", rows.choose, name="choose"),
    path("lists/rows/<uuid:pk>/done/", rows.done, name="done"),
    path("lists/rows/<uuid:pk>/reopen/", rows.reopen, name="reopen"),
    path("lists/<slug:key>/", lists.one_source, name="source"),
    path("lists/<slug:key>/load/", lists.upload, name="upload"),
]
