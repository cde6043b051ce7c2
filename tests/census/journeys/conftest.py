"""Journeys through the site of the census: the server and the browsers of those through the register."""

from tests.functional.conftest import (  # noqa: F401
    assert_accessible,
    browser,
    databases,
    devices,
    graphics_browser,
    page_en_desktop,
    page_zh_phone,
    plain_browser,
    playwright,
    server,
    shot,
    signed_in,
)
