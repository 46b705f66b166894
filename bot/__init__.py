"""The house: it says and keeps what the handlers decide."""
