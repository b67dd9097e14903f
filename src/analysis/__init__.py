"""Micro against macro creators: raw exports in, one verdict per claim, platform and niche out.

The rooms, in the order in which data flows; a room imports only from those above it.

study       what is declared: study.yml, follower ranges, the contract of tables, errors, worlds
sources     export files -> typed contract rows, one YAML per format
store       what touches the disk: whole files, Parquet, the prepared dataset, pseudonyms
prepare     a raw folder -> a prepared dataset: load, judge, merge, join, write
panel       posts and placements -> one row per creator; data quality; suppression
evidence    estimates, comparisons, families, verdicts: frozen results
decisions   answers and prices -> money, creators to book again, split, forecast, the deciding test
show        what a notebook calls: tables, figures, sentences
site        executed notebooks -> the folder of pages and its index
runs        plans, isolated execution, supervision, verify
cli         the command line, micromacro
"""

from importlib import import_module
from typing import Any

_HOME = {
    "about": "analysis.show.basis",
    "advise": "analysis.show.recording",
    "answer": "analysis.evidence.families",
    "answer_all": "analysis.evidence.families",
    "assigned_difference": "analysis.decisions.lots.experiment",
    "creator_panel": "analysis.panel.creators",
    "examinations": "analysis.evidence.robustness.examine",
    "decide": "analysis.decisions.decide",
    "decision_of": "analysis.decisions.kept",
    "figures": "analysis.show.figures",
    "geometric_mean_ratio": "analysis.evidence.estimators.typical",
    "list_means": "analysis.decisions.lots.experiment",
    "open_view": "analysis.evidence.view",
    "rate_ratio": "analysis.evidence.estimators.rate_ratio",
    "prepare_dataset": "analysis.prepare.pipeline",
    "record": "analysis.show.recording",
    "suppress": "analysis.panel.suppression",
    "tables": "analysis.show.tables",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"analysis has no {name!r}; it has {', '.join(_HOME)}")
    home = import_module(_HOME[name])
    return getattr(home, name, home)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
