"""The database and its keys: nothing else knows how anything is stored."""
