"""How the bot is doing, for the operator: health, alerts, the last filter before a log line."""
