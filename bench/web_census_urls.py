"""The addresses of the census site, and a view that stores the same body durably and does nothing else."""

import os
import uuid
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt


@csrf_exempt
def plain_answer(request: HttpRequest) -> HttpResponse:
    """The body in a file, on the disk, and one row: without code, checks, seal, answers before it and record."""
    folder = Path(settings.HOME) / "bare"
    folder.mkdir(exist_ok=True)
    key = uuid.uuid4()
    with (folder / key.hex).open("wb") as stream:
        stream.write(request.body)
        stream.flush()
        os.fsync(stream.fileno())
    handle = os.open(folder, os.O_RDONLY)  # its name is on the disk only after this
    os.fsync(handle)
    os.close(handle)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_answer VALUES (%s, %s)", [key.hex, timezone.now().isoformat()])
    return HttpResponse(status=200)


plain_answer.login_required = False  # type: ignore[attr-defined]
urlpatterns = [path("baseline/answer/", plain_answer), path("", include("domicile.site.census_urls"))]
