"""Durable in, durable out: the inbox, the outbox, what a messenger lets us send, what became of it."""
