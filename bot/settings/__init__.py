"""The settings: read once, checked, and complained about all at once."""
