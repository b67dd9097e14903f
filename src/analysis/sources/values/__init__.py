"""Text of a cell -> a typed value, or the reason why it has none."""
