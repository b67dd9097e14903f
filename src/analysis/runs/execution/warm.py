"""What every report needs, imported and done once by the server that reports are forked from.

Importing this module takes seconds and that is its purpose. It leaves nothing open: a connection
that crosses a fork hangs for ever.
"""

import gc
import io
from contextlib import suppress
from importlib import import_module
from pathlib import Path

import analysis
import analysis.runs.execution.light  # before anything imports nbformat

_LIBRARIES = (
    "pandas",
    "seaborn",
    "matplotlib.pyplot",
    "matplotlib_inline.backend_inline",
    "statsmodels.api",
    "statsmodels.formula.api",
    "duckdb",
    "great_tables",
    "papermill",
    "nbconvert",
    # A shell imports these as it starts.
    "IPython.core.application",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.oinspect",
)
_NOT_HERE = {"analysis.__main__", "analysis.runs.execution.guard", __name__}


def _import_everything() -> None:
    root = Path(analysis.__path__[0])
    parts = [path.relative_to(root).with_suffix("").parts for path in root.rglob("*.py")]
    ours = {".".join(("analysis", *part)).removesuffix(".__init__") for part in parts}
    for name in _LIBRARIES:
        import_module(name)
    for name in sorted(ours - _NOT_HERE):
        with suppress(Exception):  # the reports that import it will fail there, with its name
            import_module(name)


def _rehearse() -> None:
    """Do what each report would do for the first time.

    Saves each 0.15 s of 0.6 s of processor time.
    """
    import nbformat
    import pandas as pd
    from matplotlib.backends.registry import backend_registry
    from matplotlib.figure import Figure

    nbformat.validate(nbformat.v4.new_notebook())
    pd.DataFrame({"word": ["a"], "number": [0.5]}).to_html()
    backend_registry.list_all()  # type: ignore[no-untyped-call]
    figure = Figure()
    axes = figure.subplots()
    axes.plot([0, 1], label="a")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    figure.savefig(io.BytesIO(), format="svg")


_import_everything()
_rehearse()
gc.collect()
gc.freeze()  # none of it is ever garbage: reports neither walk nor copy it
