"""What the handlers decide is said and kept here."""
