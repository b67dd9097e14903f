"""Posts and placements -> one row per creator, and which counts of them may be shown."""
