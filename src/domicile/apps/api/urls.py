"""Addresses of the interface for programs, and of the pages on which its tokens and webhooks are kept."""

from django.urls import include, path, re_path

from domicile.apps.api import service, views
from domicile.apps.api.views import tokens, webhooks

app_name = "api"
interface = [
    path("openapi.json", views.openapi, name="openapi"),
    path("docs", views.documentation, name="docs"),
    *service.addresses(),
    re_path(r"", views.nowhere),
]
urlpatterns = [
    path("api/v1/", include(interface)),
    path("programs/", tokens.Tokens.as_view(), name="tokens"),
    path("programs/tokens/add/", tokens.add, name="add_token"),
    path("programs/tokens/<uuid:pk>/", tokens.token, name="token"),
    path("programs/tokens/<uuid:pk>/revoke/", tokens.revoke, name="revoke_token"),
    path("programs/webhooks/", webhooks.Webhooks.as_view(), name="webhooks"),
    path("programs/webhooks/add/", webhooks.add, name="add_webhook"),
    path("programs/webhooks/<uuid:pk>/", webhooks.webhook, name="webhook"),
    path("programs/webhooks/<uuid:pk>/stop/", webhooks.stop, name="stop_webhook"),
    path("programs/deliveries/<uuid:pk>/again/", webhooks.again, name="send_again"),
]
