"""What happens without a message: what is due at a time, and what has expired."""
