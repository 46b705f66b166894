"""From signal-cli's websocket to what is stored, and what may not stay behind."""
