"""Who may see what: the gate in front of every request."""
