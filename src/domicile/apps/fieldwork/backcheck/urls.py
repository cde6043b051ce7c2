"""Addresses of back-checks."""

from django.urls import path

from domicile.apps.fieldwork.backcheck.views import checking, draws, judging, rates

app_name = "backcheck"
urlpatterns = [
    path("back-checks/", draws.start, name="start"),
    path("back-checks/draw/", draws.NewDraw.as_view(), name="new"),
    path("back-checks/draws/<uuid:pk>/", draws.draw, name="draw"),
    path("back-checks/draws/<uuid:pk>/assign/", draws.assign, name="assign"),
    path("back-checks/draws/<uuid:pk>/call-off/", draws.CallOff.as_view(), name="call_off"),
    path("back-checks/draws/<uuid:pk>/frame/<str:kind>/", draws.frame, name="frame"),
    path("back-checks/mine/", checking.mine, name="mine"),
    path("back-checks/mine/sheets/", checking.sheets, name="sheets"),
    path("back-checks/<uuid:pk>/", checking.Fill.as_view(), name="fill"),
    path("back-checks/<uuid:pk>/sheet/", checking.sheet, name="sheet"),
    path("back-checks/differences/", judging.differences, name="differences"),
    path("back-checks/differences/<uuid:pk>/", judging.Judge.as_view(), name="difference"),
    path("back-checks/differences/<uuid:pk>/correct/", judging.correct, name="correct"),
    path("back-checks/rates/", rates.rates, name="rates"),
    path("back-checks/rates/<str:kind>/", rates.download, name="rates_file"),
]
