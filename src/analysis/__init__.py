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

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis.evidence.estimators.portfolio import pooled_rate_ratio as pooled_rate_ratio
    from analysis.evidence.estimators.typical import geometric_mean_ratio as geometric_mean_ratio
    from analysis.evidence.estimators.typical import mean_rate_ratio as mean_rate_ratio
    from analysis.evidence.families import answer as answer
    from analysis.evidence.families import answer_all as answer_all
    from analysis.evidence.view import open_view as open_view
    from analysis.panel.creators import creator_panel as creator_panel
    from analysis.panel.suppression import suppress as suppress
    from analysis.prepare.pipeline import prepare_dataset as prepare_dataset
    from analysis.show import figures as figures
    from analysis.show import tables as tables
    from analysis.show.basis import about as about
    from analysis.show.recording import record as record

_HOME = {
    "about": "analysis.show.basis",
    "answer": "analysis.evidence.families",
    "answer_all": "analysis.evidence.families",
    "creator_panel": "analysis.panel.creators",
    "figures": "analysis.show.figures",
    "geometric_mean_ratio": "analysis.evidence.estimators.typical",
    "mean_rate_ratio": "analysis.evidence.estimators.typical",
    "open_view": "analysis.evidence.view",
    "pooled_rate_ratio": "analysis.evidence.estimators.portfolio",
    "prepare_dataset": "analysis.prepare.pipeline",
    "record": "analysis.show.recording",
    "suppress": "analysis.panel.suppression",
    "tables": "analysis.show.tables",
}


def __getattr__(name: str) -> object:
    """Import a public name when it is first used."""
    if name not in _HOME:
        raise AttributeError(f"analysis has no {name!r}; it has {', '.join(_HOME)}")
    home = import_module(_HOME[name])
    return home if home.__name__.endswith(f".{name}") else getattr(home, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
