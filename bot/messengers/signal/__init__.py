"""Signal, by signalbot and signal-cli-rest-api."""
