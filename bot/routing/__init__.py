"""From a stored message to the handler that decides, and from its replies to the outbox."""
