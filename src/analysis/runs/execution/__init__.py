"""Notebooks run in processes of their own, with limits; what they started ends with them."""
