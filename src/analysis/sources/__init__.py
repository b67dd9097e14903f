"""Export files -> typed contract rows.

A format is a YAML file beside this one: how it is recognised and what its columns mean.
"""
