"""From what a handler returns to what is sent: to whom, in which parts."""
