"""A run that finds nothing to do: what every hour of a scheduler costs."""

import os
import subprocess
import sys

MOST_MODULES = 400  # 358 are loaded; pandas alone would add as many
HEAVY = {"scipy", "statsmodels", "matplotlib", "duckdb", "nbformat", "IPython", "pyarrow", "pandas"}
CODE = """
import sys
from pathlib import Path
import analysis.runs.build
from analysis.cli.main import main
from analysis.study import project
project.PROJECT = Path(sys.argv.pop(1))
code = main()
print("modules", len(sys.modules), *sorted({name.partition(".")[0] for name in sys.modules}))
sys.exit(code)
"""


def test_it_loads_no_estimator_and_few_modules(project):
    command = [sys.executable, "-c", CODE, str(project.base), *project.report()]
    own = {**os.environ, "PYTHONHASHSEED": "0"}
    ran = subprocess.run(command, env=own, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    *_, said, loaded = ran.stdout.splitlines()
    assert said.startswith("0 published, 12 unchanged")
    _, count, *packages = loaded.split()
    assert not HEAVY & {*packages}
    assert int(count) <= MOST_MODULES
