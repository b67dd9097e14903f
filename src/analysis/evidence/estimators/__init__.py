"""Numerics: ratios of tiers, growth with followers, checks, synthesis, power."""
