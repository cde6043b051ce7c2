"""Plants a number where certificates take it: chosen in full, looked at, issued, printed, renewed, checked."""

from django.test import Client
from django.utils import timezone

from domicile.apps.certificates.models import Certificate
from domicile.apps.people.models import Document
from domicile.apps.vault.sealing import open_value
from domicile.core.certificates import contents
from tests.cast import Actor, make_user, sign_in


def say_in_full() -> str:
    """A certificate with the number in full; gives the number."""
    document = (
        Document.objects.filter(
            person__registration="area", person__registered_code__startswith="770101", kind="resident_id"
        )
        .exclude(person__name="")
        .order_by("pk")[0]
    )
    person, number = document.person, open_value(document, "number")
    issuer = Actor("ma", "马乡镇", "township_operator", person.registered_code[:9], "register_maintenance")
    make_user(issuer)
    client = Client(HTTP_HOST="localhost", raise_request_exception=False)
    sign_in(client, issuer)
    sent = {"asked_by": "person", "document": "full", "registered": "full", "reason": f"本人申请 {number}"}
    for step in ("", "change", "issue"):
        client.post(f"/people/{person.pk}/certificate/", {**sent, "step": step})
        client.post(f"/people/{person.pk}/certificate/", {**sent, "reason": "本人申请", "step": step})
    row = Certificate.objects.get(person=person)
    if not contents(open_value(row, "text")).document.endswith(number):
        raise RuntimeError("the number is not in the certificate")
    for page in ("", "print/", "renew/", "revoke/"):
        client.get(f"/certificates/{row.pk}/{page}")
    client.post(f"/certificates/{row.pk}/revoke/", {"why": "lost", "day": timezone.localdate(), "reason": number})
    client.get("/certificates/check", {"text": open_value(row, "text")})
    return number
