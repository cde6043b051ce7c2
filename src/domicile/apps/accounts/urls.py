"""Addresses of signing in and out."""

from allauth.account import views as account
from django.urls import path

urlpatterns = [
    path("sign-in/", account.login, name="account_login"),
    path("sign-out/", account.logout, name="account_logout"),
]
