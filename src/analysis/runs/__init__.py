"""Plans, isolated runs, atomic publication."""
