"""The nouns of the conversation: what comes in, goes out and is remembered; they import no handler and no port."""
