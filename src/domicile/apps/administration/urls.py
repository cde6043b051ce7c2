"""Addresses of the administrators' and supervisors' screens."""

from django.urls import path

from domicile.apps.administration.views import accounts, grants, logs, overview, rules

app_name = "administration"
urlpatterns = [
    path("", overview.start, name="start"),
    path("rules/", rules.rules, name="rules"),
    path("accounts/", accounts.Users.as_view(), name="users"),
    path("accounts/add/", accounts.add_user, name="add_user"),
    path("accounts/<uuid:pk>/", accounts.user, name="user"),
    path("accounts/<uuid:pk>/grant/", accounts.grant, name="grant"),
    path("accounts/<uuid:pk>/close/", accounts.close, name="close"),
    path("accounts/<uuid:pk>/password/", accounts.reset_password, name="reset_password"),
    path("accounts/<uuid:pk>/second-factor/", accounts.reset_second_factor, name="reset_second_factor"),
    path("grants/", grants.grants, name="grants"),
    path("grants/<uuid:pk>/approve/", grants.Approve.as_view(), name="approve_grant"),
    path("grants/<uuid:pk>/refuse/", grants.Refuse.as_view(), name="refuse_grant"),
    path("grants/<uuid:pk>/withdraw/", grants.Withdraw.as_view(), name="withdraw_grant"),
    path("grants/<uuid:pk>/reopen/", grants.Reopen.as_view(), name="reopen_grant"),
    path("grants/<uuid:pk>/revoke/", accounts.revoke, name="revoke"),
    path("looks/", logs.Looks.as_view(), name="looks"),
    path("looks/<int:pk>/", logs.look, name="look"),
    path("persons/<uuid:pk>/looks/", logs.LooksAtPerson.as_view(), name="looks_at_person"),
    path("changes/", logs.Changes.as_view(), name="changes"),
    path("changes/<int:pk>/", logs.change, name="change"),
]
