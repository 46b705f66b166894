"""What a person does where a case stands: react, withdraw, write after its end."""
