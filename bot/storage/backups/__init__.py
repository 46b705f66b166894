"""How a database is copied, sealed, and brought back."""
