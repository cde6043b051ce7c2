"""Addresses of signing in and out. What else allauth offers has no address here, and so does not exist."""

from django.urls import path

from domicile.apps.accounts import views

urlpatterns = [
    path("sign-in/", views.SignIn.as_view(), name="account_login"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("code/", views.GiveCode.as_view(), name="mfa_authenticate"),
    path("second-factor/", views.set_up, name="second_factor"),
    path("recovery-codes/", views.recovery_codes, name="recovery_codes"),
    path("password/", views.change_password, name="change_password"),
]
