"""Plants numbers in what a mover types by code; tells the code, to be looked for too."""

import re

from django.test import Client

from domicile.apps.people.models import Spell


def say_by_code(staff: Client, numbers: list[str], phone: str) -> str:
    """A code given on the card of somebody, tried with numbers in its place, then used with a phone; the code."""
    stay = Spell.objects.filter(end=None, kind="usual").order_by("pk").first()
    if stay is None:
        raise RuntimeError("nobody lives anywhere")
    given = staff.post(f"/people/{stay.person_id}/mover-code/")
    shown = re.search(r'name="code" value="([^"]+)"', given.content.decode())
    if shown is None:
        raise RuntimeError(f"no code was given: {given.status_code}")
    text = shown.group(1)
    staff.post("/moves/words/slip/", {"code": text})
    mover = Client(HTTP_HOST="localhost")
    for number in numbers:
        mover.post("/m/", {"code": number})
        mover.get(f"/m/?code={number}")
    said = {"code": text, "said": "1", "who": [str(stay.person_id)], "day": "2026-11-01", "to_where": "elsewhere"}
    for number in numbers:
        if mover.post("/m/", {**said, "to_text": f"证号{number}", "contact": phone}).status_code != 422:
            raise RuntimeError("a number was taken for an address")
    answer = mover.post("/m/", {**said, "to_text": "上海市", "contact": phone})
    if answer.status_code != 200 or phone in answer.content.decode():
        raise RuntimeError(f"the mover's word was answered {answer.status_code}")
    staff.get("/moves/words/")
    return text
