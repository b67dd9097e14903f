"""Executed notebooks -> the folder of pages: template, record, sanitising, publishing, index."""
