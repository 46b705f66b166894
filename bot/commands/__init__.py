"""`python -m bot COMMAND`, a file each."""
