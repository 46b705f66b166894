"""How the two desks are spoken to: posts, the board, who is on duty."""
