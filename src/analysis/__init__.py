"""Micro against macro creators: raw exports in, one verdict per claim, platform and niche out.

The rooms, in the order in which data flows; a room imports only from those above it.

errors      what can go wrong, each with its exit code
disk        files written whole or not at all, locks that die with their holder
exports     text in CSV files that no spreadsheet takes for a formula
scope       follower ranges, periods: which creators and posts a question is about
study       study.yml -> frozen Study: tiers, claims, margins, families
contract    what one row of creators, posts and placements is
worlds      worlds with planted truth: demo data, tests, calibration
sources     export files -> typed contract rows, one YAML per format
pseudonyms  handles -> keyed pseudonyms
storage     Parquet with a checksum on every page
dataset     a prepared folder under data/processed: manifest and tables
captures    what arrived in a raw folder
merging     several rows about one thing -> one row
joins       posts, orders and visits of several tools -> their creator and placement
money       amounts in several currencies -> one, by declared rates
reconcile   rows that arrived -> kept, merged, duplicates, excluded
prepare     data/raw -> data/processed, with every exclusion counted
erasure     who is behind a pseudonym; creators who are to be forgotten
engines     the panel where the data live: Spark or a warehouse, through Ibis
panel       posts and placements -> one row per creator with sufficient statistics
disclosure  which counts of creators may be told
census      what arrived and who can be compared, in counts
evidence    metrics, estimators, families, verdicts: the frozen results
pages       figures, tables, sentences and the HTML they stand in
nightly     plans, isolated runs, atomic publication
findings    real research sets -> docs/findings and the table of README.md
commands    what each command does
cli         the command line, micromacro
"""
