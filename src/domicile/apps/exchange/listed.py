"""Files of lists from outside: read by the road of the imports, taken in by the app of the sources, which stands below."""

from domicile.apps.common.refusals import Refused
from domicile.apps.exchange.layouts import recognise_heads
from domicile.apps.sources import reading, registry


def register_all() -> None:
    """Called once at start-up."""
    recognise_heads(lambda: [source.layout for source in registry.sources()])
    reading.register(read_list)


def read_list(file_name: str, content: bytes) -> reading.Sheet:
    """The rows of a file under their heads; columns that may not be held are gone. Raises Refused naming place and cure."""
    from domicile.apps.exchange import sources  # large: when a file is read
    from domicile.apps.exchange.messages import ImportRefused

    try:
        found = sources.drop_refused(sources.drop_findings(sources.read(file_name, content)))
    except ImportRefused as refusal:
        raise Refused(
            " ".join(f"{one.place} {one.message} {one.cure}".strip() for one in refusal.issues), "file"
        ) from None
    return reading.Sheet(found.frame, tuple(found.headers), tuple(found.dropped))
