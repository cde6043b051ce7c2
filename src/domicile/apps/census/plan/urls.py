"""Addresses of the plan."""

from django.urls import path

from domicile.apps.census.plan.views import ledgers, plans, ready

urlpatterns = [
    path("census/", plans.censuses, name="censuses"),
    path("census/add/", plans.CreateCensus.as_view(), name="create_census"),
    path("census/changes/<int:pk>/undo/", plans.undo, name="undo_plan"),
    path("census/<slug:code>/", plans.overview, name="overview"),
    path("census/<slug:code>/correct/", plans.CorrectCensus.as_view(), name="correct_census"),
    path("census/<slug:code>/phases/", plans.SetPhases.as_view(), name="set_phases"),
    path("census/<slug:code>/readiness/", ready.readiness_page, name="readiness"),
    path("census/<slug:code>/rulings/", ledgers.rulings, name="rulings"),
    path("census/<slug:code>/rulings/add/", ledgers.AddRuling.as_view(), name="add_ruling"),
    path("census/<slug:code>/rulings/<int:number>/correct/", ledgers.CorrectRuling.as_view(), name="correct_ruling"),
    path("census/<slug:code>/supplies/", ledgers.supplies, name="supplies"),
    path("census/<slug:code>/supplies/move/", ledgers.MoveSupply.as_view(), name="move_supply"),
    path("census/<slug:code>/supplies/needs/", ledgers.SetNeed.as_view(), name="set_need"),
]
