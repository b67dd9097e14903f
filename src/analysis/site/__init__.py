"""Executed notebooks -> the folder of pages and its index."""
