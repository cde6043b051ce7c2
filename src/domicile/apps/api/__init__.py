"""The programming interface (EX-4): tokens, pages, idempotency keys, webhooks."""
