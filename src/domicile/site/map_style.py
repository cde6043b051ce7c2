"""Where the background of the map comes from."""

from urllib.parse import urlsplit


def origin(address: str) -> str:
    """The scheme, host and port of an address, as a source of the content security policy. Raises ValueError."""
    parts = urlsplit(address)
    if parts.scheme not in {"https", "http"} or not parts.hostname or any(mark in parts.netloc for mark in " ;,'\"@*"):
        raise ValueError(f"DOMICILE_MAP_STYLE must be an address like https://tiles.example.org/style.json: {address}")
    return f"{parts.scheme}://{parts.netloc}"
