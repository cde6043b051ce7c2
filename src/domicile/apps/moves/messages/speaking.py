"""Another register at work here."""

from domicile.apps.common.viewer import Viewer
from domicile.apps.peers.models import Peer


def peer_viewer(peer: Peer, who: str = "") -> Viewer:
    """It sees nothing, and does what a message may. `who`: of its staff."""
    name = f"{who}（{peer.name}）" if who else peer.name
    return Viewer(user_id=None, name=name[:64], role="peer", channel="peer")
