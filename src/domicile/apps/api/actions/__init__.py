"""What members of staff do with tokens and webhooks."""

from domicile.apps.api.actions.tokens import NewToken, make_token, revoke_token
from domicile.apps.api.actions.webhooks import NewWebhook, make_webhook, send_again, stop_webhook

__all__ = ["NewToken", "NewWebhook", "make_token", "make_webhook", "revoke_token", "send_again", "stop_webhook"]
