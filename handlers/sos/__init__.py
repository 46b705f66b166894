"""A call for help until Send: the draft, what was agreed in calm, what was agreed for later."""
