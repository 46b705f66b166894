"""The ports of the handlers that remember, each within one transaction."""
