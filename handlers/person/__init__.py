"""What is between a person and the bot alone: welcome, language, privacy, proof, deletion."""
