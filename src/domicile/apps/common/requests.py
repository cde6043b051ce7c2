"""The request that views receive."""

from django.http import HttpRequest

from domicile.apps.common.viewer import Viewer


class ViewerRequest(HttpRequest):
    """A request on which access.middleware has put the viewer."""

    viewer: Viewer
