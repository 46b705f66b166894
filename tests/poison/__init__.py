"""Whatever is damaged or fails is singled out: everybody else is heard, and open cases go on calling."""
