"""What every answer tells the browser, what an upload may be, and that nothing secret lies in the repository."""

import re
import subprocess
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import SUN, sign_in

TOP = Path(__file__).resolve().parents[2]
SECRET = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{30,}|xox[abp]-|SECRET_KEY\s*=\s*['\"]"
)


@pytest.mark.django_db(databases=["default", "log"])
@pytest.mark.parametrize("path", ["/accounts/sign-in/", "/healthz", "/no-such-page/", "/search/"])
def test_every_answer_forbids_what_no_page_needs(client: Client, path: str) -> None:
    response = client.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "object-src 'none'" in policy
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"


@pytest.mark.django_db(databases=["default", "log"])
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client: Client) -> None:
    sign_in(client, SUN)
    client.get("/accounts/sign-in/")
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == "Lax"
    for cookie in client.cookies.values():
        if cookie.key == settings.SESSION_COOKIE_NAME and cookie["httponly"] != "":
            assert cookie["samesite"] == "Lax"


@pytest.mark.django_db(databases=["default", "log"])
def test_no_page_behind_the_door_is_kept_by_the_browser(client: Client) -> None:
    sign_in(client, SUN)
    for path in ("/", "/search/", "/ledgers/", "/areas/"):
        assert client.get(path).headers["Cache-Control"] == "no-store"


@pytest.mark.django_db(databases=["default", "log"])
def test_a_form_from_elsewhere_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    sign_in(client, SUN)
    assert client.post("/search/", {"q": "王"}).status_code == 403


@pytest.mark.django_db(databases=["default", "log"])
def test_pages_about_people_are_for_who_signed_in(client: Client) -> None:
    for path in ("/", "/search/", "/imports/", "/imports/new/"):
        response = client.get(path)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/accounts/sign-in/")


@pytest.mark.django_db(databases=["default", "log"])
def test_a_file_that_is_too_large_is_refused_and_kept_nowhere(client: Client, settings, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    settings.UPLOAD_LIMIT = settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 1024
    sign_in(client, SUN, "import_check")
    file = SimpleUploadedFile("large.csv", b"a,b\n" + b"1,2\n" * 1000)
    response = client.post("/imports/new/", {"file": file, "layout": "", "source": ""})
    assert response.status_code in {413, 422}
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_uploads_never_wait_in_temporary_files() -> None:
    assert not [name for name in settings.FILE_UPLOAD_HANDLERS if "Temporary" in name]


def test_nothing_secret_lies_in_the_repository() -> None:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=TOP, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a checkout")
    names = [name for name in listed.stdout.decode().split("\0") if name]
    assert not [name for name in names if name.endswith((".key", ".pem", ".sqlite3", "demo-logins.txt", ".env"))]
    texts = {name: (TOP / name).read_bytes().decode("utf-8", "replace") for name in names if (TOP / name).is_file()}
    assert [
        name for name, text in texts.items() if SECRET.search(text) and not name.startswith("tests/security/")
    ] == []


def test_a_secret_is_recognised() -> None:
    assert SECRET.search("-----BEGIN RSA PRIVATE KEY-----")
    assert SECRET.search("SECRET_KEY = 'abc'")
