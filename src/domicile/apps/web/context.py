"""What the shell around every page needs."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation entries and the viewer of this request."""
    return {"navigation": [], "viewer": getattr(request, "viewer", None)}
