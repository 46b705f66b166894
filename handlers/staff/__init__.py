"""What staff may do with a case or a person, from the desk."""
