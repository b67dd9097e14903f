"""Micro against macro creators: raw exports in, one verdict per claim, platform and niche out.

The rooms, in the order in which data flows; a room imports only from those above it.

study       what is declared: study.yml, follower ranges, the contract of tables, errors, worlds
sources     export files -> typed contract rows, one YAML per format
store       what touches the disk: whole files, Parquet, the prepared dataset, pseudonyms
prepare     a raw folder -> a prepared dataset: load, judge, merge, join, write
panel       posts and placements -> one row per creator; data quality; suppression
evidence    estimates, comparisons, families, verdicts: frozen results
show        what a notebook calls: tables, figures, sentences
site        executed notebooks -> the folder of pages and its index
runs        plans, isolated execution, supervision, verify
cli         the command line, micromacro
"""
