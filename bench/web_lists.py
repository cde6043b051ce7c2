"""Baselines of a phone: its lists as one statement, its filled forms as a file and a row; no scope, version, hash or log."""

import csv
import os
import uuid
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

STATEMENTS = {
    "dwellings": """SELECT id, address, building_id FROM places_dwelling
        WHERE place_code = %s AND in_use_to IS NULL ORDER BY address, id""",
    "persons": """SELECT p.id, p.name, p.birth_date, s.dwelling_id, m.household_id, m.relation FROM people_spell s
        JOIN places_dwelling d ON d.id = s.dwelling_id JOIN people_person p ON p.id = s.person_id
        LEFT JOIN people_member m ON m.person_id = p.id AND m.left_on IS NULL AND m.side = 'living'
        WHERE d.place_code = %s AND s."end" IS NULL AND s.kind = 'usual' ORDER BY d.address, p.birth_date, p.id""",
}


class Line:
    """What csv writes to, giving the line back."""

    def write(self, line: str) -> str:
        return line


def plain_list(request: HttpRequest, name: str) -> StreamingHttpResponse:
    def lines() -> Iterator[str]:
        writer = csv.writer(Line())
        with connection.cursor() as cursor:
            cursor.execute(STATEMENTS[name], [request.GET["grid"]])
            for row in cursor.fetchall():
                yield writer.writerow(row)

    return StreamingHttpResponse(lines(), content_type="text/csv")


@csrf_exempt
def plain_submission(request: HttpRequest) -> HttpResponse:
    """The same body in a file, on the disk, and one row."""
    folder = Path(settings.HOME) / "bare"
    folder.mkdir(exist_ok=True)
    key = uuid.uuid4()
    with (folder / key.hex).open("wb") as stream:
        stream.write(request.FILES["xml_submission_file"].read())
        stream.flush()
        os.fsync(stream.fileno())
    handle = os.open(folder, os.O_RDONLY)  # its name is on the disk only after this
    os.fsync(handle)
    os.close(handle)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bare_submission VALUES (%s, %s)", [key.hex, timezone.now().isoformat()])
    return HttpResponse(status=201)


plain_submission.login_required = False  # type: ignore[attr-defined]
