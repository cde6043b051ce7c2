"""Whether this instance is well: /healthz for a balancer, /metrics for Prometheus. Neither tells of people."""

import hmac
import ipaddress
import os
import shutil
import time

from django.apps import apps
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from domicile.site.databases import ALIASES

PEERS = "domicile.apps.peers"
LEAST_FREE = 200 * 1024 * 1024


@never_cache
@login_not_required
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when every database answers and the disk has room, else 503; says which does not."""
    problems = [f"{alias} database" for alias in ALIASES if not _answers(alias)]
    if shutil.disk_usage(settings.HOME).free < LEAST_FREE:
        problems.append("disk nearly full")
    body = {"status": "failing", "problems": problems} if problems else {"status": "ok"}
    return JsonResponse(body, status=503 if problems else 200)


@never_cache
@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, to this machine itself or to who sends DOMICILE_METRICS_TOKEN as bearer token."""
    if not _may_measure(request):
        return HttpResponse("metrics are for this machine, or with DOMICILE_METRICS_TOKEN\n", status=403)
    lines = []
    for name, text, samples in _figures():
        lines += [f"# HELP domicile_{name} {text}", f"# TYPE domicile_{name} gauge"]
        lines += [f"domicile_{name}{labels} {value}" for labels, value in samples]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4; charset=utf-8")


def _answers(alias: str) -> bool:
    try:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            return True
    except DatabaseError:
        return False


def _may_measure(request: HttpRequest) -> bool:
    token = os.environ.get("DOMICILE_METRICS_TOKEN", "")
    if token:
        return hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode())
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False  # a proxy on this machine passes strangers on
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _trouble() -> float:
    from domicile.apps.peers.selectors import in_trouble

    return float(in_trouble(timezone.now()))


def _figures() -> list[tuple[str, str, list[tuple[str, float]]]]:
    """(name, meaning, [(labels, value)]); each is a few quick queries."""
    from django_tasks_db.models import DBTaskResult

    from domicile.site.sealing import LOGS

    unsealed, sealed_at = [], []
    for log in LOGS:
        last = log.seals._default_manager.using(log.alias).order_by("-pk").values("last_id", "at").first()
        label = f'{{log="{log.name}"}}'
        unsealed.append((label, float(log.count_after(last["last_id"] if last else 0))))
        if last:
            sealed_at.append((label, last["at"].timestamp()))
    up = [(f'{{database="{alias}"}}', float(_answers(alias))) for alias in ALIASES]
    return [
        ("up", "1 when the database answers", up),
        ("log_unsealed_records", "records of the log that no seal covers yet", unsealed),
        ("log_sealed_at_seconds", "when the newest seal was made, seconds since 1970", sealed_at),
        ("jobs_waiting", "background jobs that wait to run", [("", float(DBTaskResult.objects.ready().count()))]),
        *(
            [("peers_in_trouble", "links that fail, and a missing own key", [("", _trouble())])]
            if apps.is_installed(PEERS)
            else []
        ),
        ("disk_free_bytes", "room left where the data stands", [("", float(shutil.disk_usage(settings.HOME).free))]),
        ("time_seconds", "this machine's clock", [("", time.time())]),
    ]
