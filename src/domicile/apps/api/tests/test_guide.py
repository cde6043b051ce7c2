"""The examples of the guide, run as they stand there."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from domicile.apps.api import sending
from domicile.apps.collect.models import Proposal
from tests.cast import QIAN

GUIDE = Path(__file__).resolve().parents[5] / "docs" / "guide"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def blocks(language: str, page: str = "api.md") -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", (GUIDE / page).read_text("utf-8"), re.DOTALL)


def environment(address: str, token: str) -> dict[str, str]:
    return {
        **os.environ,
        "DOMICILE_URL": address,
        "DOMICILE_TOKEN": token,
        "NO_PROXY": "*",
        "PYTHONIOENCODING": "utf-8",
    }


@pytest.mark.django_db(databases=["default", "log"], transaction=True)
def test_the_python_example_proposes_a_correction(live_server, token, home) -> None:
    done = subprocess.run(
        [sys.executable, "-c", blocks("python")[0]],
        env=environment(live_server.url, token(QIAN)), capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert "周建国" in lines[0]
    assert lines[-2:] == ["would_wait waiting", "waiting"]
    assert Proposal.objects.get().action == "people.correct_name"


@pytest.mark.django_db(databases=["default", "log"], transaction=True)
@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("bash"), reason="no curl here")
def test_the_curl_example_finds_a_dwelling(live_server, token, home) -> None:
    done = subprocess.run(
        ["bash", "-euc", blocks("bash")[0]],
        env=environment(live_server.url, token(QIAN)), capture_output=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert str(home.dwelling.pk) in done.stdout
    assert blocks("bash") == blocks("bash", "api.zh-CN.md")


def test_the_example_of_a_receiver_tells_a_true_message_from_a_false_one() -> None:
    names: dict[str, object] = {}
    exec(blocks("python")[1], names)
    verify = names["verify"]
    body = '{"type":"grids.changed"}'
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": "1700000000",
        "webhook-signature": sending.signature(SECRET, "msg_1", 1700000000, body),
    }
    verify(headers, body.encode(), SECRET, now=1700000010)  # type: ignore[operator]
    for changed, sent, now in [
        (headers, body.replace("grids", "areas"), 1700000010),
        ({**headers, "webhook-id": "msg_2"}, body, 1700000010),
        (headers, body, 1700009999),
    ]:
        with pytest.raises(ValueError, match=r"too old|wrong signature"):
            verify(changed, sent.encode(), SECRET, now=now)  # type: ignore[operator]
