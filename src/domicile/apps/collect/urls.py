"""Addresses of proposals."""

from django.urls import path

from domicile.apps.collect import rule_views
from domicile.apps.collect.review import batch_views, views

app_name = "collect"
urlpatterns = [
    path("proposals/", views.listed, name="proposals"),
    path("proposals/batch/", batch_views.batch, name="batch"),
    path("proposals/<uuid:pk>/", views.one, name="proposal"),
    path("proposals/<uuid:pk>/decide/", views.decide, name="decide"),
    path("proposals/<uuid:pk>/correct/", views.correct, name="correct"),
    path("proposals/<uuid:pk>/step/", views.step, name="step"),
    path("administration/review-rules/", rule_views.review_rules, name="review_rules"),
    path("administration/review-rules/add/", rule_views.add, name="add_review_rule"),
    path("administration/review-rules/<uuid:pk>/", rule_views.edit, name="review_rule"),
    path("administration/review-rules/<uuid:pk>/remove/", rule_views.remove, name="remove_review_rule"),
]
