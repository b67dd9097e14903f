"""Drafts of formats: what columns are called, what their values allow, and how that is written."""
