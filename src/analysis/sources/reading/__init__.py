"""Files as they arrive -> tables of text."""
