"""The cases: found and changed, their record, posts and codes, and their end."""
