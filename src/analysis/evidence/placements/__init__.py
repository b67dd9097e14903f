"""Numerics of bookings: steps of the chain, shares, cost ratios, break-even."""
