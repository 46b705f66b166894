"""The nouns of the conversation: what comes in, what goes out, what is remembered; they import no handler and no port."""
