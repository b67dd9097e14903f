"""Around the package: dependencies said once, a complete lock, nothing of one machine in git."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT = PYPROJECT["project"]
LOCKS = {
    name: (ROOT / name).read_text(encoding="utf-8")
    for name in ("requirements.lock", "requirements-test.lock")
}
CONDA = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))

# What conda-forge calls a distribution, where the name differs.
CONDA_NAMES = {"duckdb": "python-duckdb"}

# Written so that no pattern matches itself in this file.
REGISTRIES = ["pypi[.]org", "pythonhosted[.]org", "registry[.]npmjs", "conda[.]anaconda[.]org"]
FOREIGN = {
    "the address of a package registry": "|".join([*REGISTRIES, r"index[-_]url\s*=?\s*\w+://"]),
    "a path in a home folder": r"(?<![\w.])/(home|Users)/\w|(?<![\w.])/[r]oot/|\b[A-Z]:\\Users\\",
}


def declared():
    """Every requirement of pyproject.toml to run, to test, to build; other engines are a choice."""
    extras = PROJECT["optional-dependencies"]
    run = [*PROJECT["dependencies"], *extras["build"], *PYPROJECT["build-system"]["requires"]]
    lines = {"requirements.lock": run, "requirements-test.lock": extras["test"]}
    return {name: [Requirement(line) for line in of] for name, of in lines.items()}


def lock_entries(*names):
    """Entries of locks: a pin, then its hashes on lines that begin with a space."""
    text = "".join(LOCKS[name] for name in names or LOCKS)
    return re.findall(r"^\S.*(?:\n\s.*)*", text, flags=re.MULTILINE)


def pins(*names):
    """The versions that locks pin for each distribution: one, or one per Python or system."""
    found = {}
    for entry in lock_entries(*names):
        name, version = re.match(r"([A-Za-z0-9._-]+)==([^\s;\\]+)", entry).groups()
        found.setdefault(canonicalize_name(name), []).append(version)
    return found


def test_every_lock_entry_is_pinned_and_hashed():
    form = re.compile(
        r"[A-Za-z0-9._-]+==[^\s;]+( ; [^\n]+?)?( \\\n    --hash=sha256:[0-9a-f]{64})+"
    )
    odd = [entry.splitlines()[0] for entry in lock_entries() if not form.fullmatch(entry)]
    assert lock_entries()
    assert not odd, f"no pin with hashes: {odd}; run make lock"


@pytest.mark.parametrize("lock", LOCKS.values(), ids=list(LOCKS))
def test_a_lock_holds_no_address(lock):
    assert "://" not in lock
    assert not lock.startswith("#"), "a header would hold the command and its paths; run make lock"


def test_the_locks_pin_what_is_declared():
    wrong = []
    for lock, requirements in declared().items():
        pinned = pins() if lock == "requirements-test.lock" else pins(lock)
        wrong += [
            f"{requirement}, pinned {versions or 'nowhere'} in {lock}"
            for requirement in requirements
            if not (versions := pinned.get(canonicalize_name(requirement.name)))
            or not all(requirement.specifier.contains(version) for version in versions)
        ]
    assert not wrong, f"run make lock: {wrong}"


def test_what_the_user_fixed_is_in_the_lock_of_running():
    fixed = {"jupyterlab", "pandas", "seaborn", "statsmodels", "papermill", "nbval", "hatchling"}
    assert fixed <= pins("requirements.lock").keys()


def test_no_package_is_pinned_twice():
    assert not pins("requirements.lock").keys() & pins("requirements-test.lock").keys()


def test_conda_gets_the_ranges_of_pyproject():
    plain = [line for line in CONDA["dependencies"] if isinstance(line, str)]
    stated = {line.split(" ")[0]: line.partition(" ")[2] for line in plain}
    expected = {"python": PROJECT["requires-python"], "pip": ""}
    for line in [*PROJECT["dependencies"], *PYPROJECT["build-system"]["requires"]]:
        name, bounds = re.fullmatch(r"([\w-]+)(.*)", line).groups()
        expected[CONDA_NAMES.get(name, name)] = bounds
    assert stated == expected


def test_conda_installs_the_project_last():
    assert CONDA["channels"] == ["conda-forge"]
    assert CONDA["dependencies"][-1] == {"pip": ["-e ."]}


def committed_files():
    """Files that are in git or would be with the next ``git add``."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listing.returncode:
        pytest.skip(f"not a git checkout: {listing.stderr.strip()}")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def test_nothing_committed_belongs_to_one_machine():
    here = {"the path of this checkout": rf"(?<![\w.-]){re.escape(str(ROOT))}(?![\w-])"}
    found = []
    for path in committed_files():
        text = path.read_bytes().decode("utf-8", errors="replace")
        for what, pattern in (FOREIGN | here).items():
            for match in [] if "\0" in text else re.finditer(pattern, text):
                line = text.count("\n", 0, match.start()) + 1
                found.append(f"{path.relative_to(ROOT)}:{line} holds {what}: {match[0]!r}")
    assert not found, "\n".join(["", *found])


def test_of_all_data_only_the_demo_is_in_git():
    names = {str(path.relative_to(ROOT)) for path in committed_files()}
    explained = {"data/processed/README.md", "reports/README.md"}
    assert explained <= names
    beside = [n for n in names if n.startswith(("data/", "reports/")) and n not in explained]
    beside = [n for n in beside if not n.startswith("data/raw/demo/")]
    assert not beside, f"creators are people; keep these out of git: {beside}"


def test_make_clean_keeps_what_explains_the_folders():
    """Run as make would, in a copy of the two folders."""
    rule = subprocess.run(
        ["make", "--dry-run", "--no-print-directory", "clean"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "! -name README.md" in rule.stdout
    assert "data/raw" not in rule.stdout
    assert "data/private" not in rule.stdout
