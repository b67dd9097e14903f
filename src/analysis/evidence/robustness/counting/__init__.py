"""Ways to count one comparison: the choices, their units, and all of them from sums over cells."""
