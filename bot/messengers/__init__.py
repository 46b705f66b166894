"""One contract, one folder for each messenger: all that the house knows of it is said there."""
