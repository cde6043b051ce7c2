"""Addresses of owners and rentals."""

from typing import Any

app_name = "tenure"
urlpatterns: list[Any] = []
