"""What nobody's phone sends: refused with a clear answer, and the server goes on."""

from collections.abc import Iterator

from tests.collect_chaos.working import asked, multipart

HEAD = '<data id="arriving" version="{version}">'
META = "<meta><instanceID>uuid:11111111-2222-4333-8444-555555555555</instanceID></meta></data>"
ENTITY = '<!DOCTYPE data [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE data [<!ENTITY % x SYSTEM "http://127.0.0.1:1/">%x;]>'
LAUGHS = "<!DOCTYPE data [<!ENTITY a '{}'>{}]>".format(
    "ha" * 10,
    "".join(f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefgh", "bcdefghi", strict=True)),
)


def sent(version: str) -> Iterator[tuple[str, int, bytes, str]]:
    """(what it is, the status that it is answered with, the XML, the name of a file beside it)"""
    head = HEAD.format(version=version)
    yield "an unknown form", 404, f'<data id="nobody" version="1">{META}'.encode(), ""
    yield "a version that never was", 404, f"{HEAD.format(version='1999')}{META}".encode(), ""
    yield "broken XML", 400, head.encode(), ""
    yield "no XML", 400, b"\x00\xff\xfe" * 50, ""
    yield "nothing", 400, b"", ""
    yield "an external entity", 400, f"{ENTITY}{head}<a>&x;</a>{META}".encode(), ""
    yield "an external parameter entity", 400, f"{PARAMETER}{head}{META}".encode(), ""
    yield "a billion laughs", 400, f"{LAUGHS}{head}<a>&i;</a>{META}".encode(), ""
    yield "a billion laughs in another encoding", 400, f"{LAUGHS}{head}<a>&i;</a>{META}".encode("utf-16"), ""
    yield "a repeat of 10,000 rows", 400, f"{head}{'<newcomer><name>a</name></newcomer>' * 10_000}{META}".encode(), ""
    yield "a thousand levels", 400, f"{head}{'<a>' * 1000}{'</a>' * 1000}{META}".encode(), ""
    yield "two megabytes", 413, f"{head}<a>{'x' * 2_000_000}</a>{META}".encode(), ""
    yield "a name with a way out", 400, f"{head}{META}".encode(), "..\\..\\evil.jpg"


def faults(port: int, token: str, version: str) -> Iterator[str]:
    """Send all of it; what was answered otherwise."""
    for what, wanted, xml, name in sent(version):
        parts = [("xml_submission_file", "a.xml", "text/xml", xml)]
        if name:
            parts.append((name, name, "image/jpeg", b"x"))
        status, content = asked(port, "POST", f"/v1/key/{token}/projects/1/submission", *multipart(parts))
        if status != wanted or b"OpenRosaResponse" not in content:
            yield f"{what} was answered {status}: {content[:200]!r}"
    status, _content = asked(port, "GET", f"/v1/key/{token}/projects/1/formList", b"", {})
    if status != 200:
        yield f"afterwards the list of forms was answered {status}"
