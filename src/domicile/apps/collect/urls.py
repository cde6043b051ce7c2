"""Addresses of proposals."""

from django.urls import path

from domicile.apps.collect import rule_views, views

app_name = "collect"
urlpatterns = [
    path("proposals/", views.proposals, name="proposals"),
    path("proposals/<uuid:pk>/", views.proposal, name="proposal"),
    path("proposals/<uuid:pk>/decide/", views.decide, name="decide"),
    path("administration/review-rules/", rule_views.review_rules, name="review_rules"),
    path("administration/review-rules/add/", rule_views.add, name="add_review_rule"),
    path("administration/review-rules/<uuid:pk>/", rule_views.edit, name="review_rule"),
    path("administration/review-rules/<uuid:pk>/remove/", rule_views.remove, name="remove_review_rule"),
]
