"""What is declared as rows beside the code: contract, metrics, columns of the panel."""

import csv
from importlib import resources


def declared_rows(package: str, name: str) -> list[dict[str, str]]:
    """Read a package's CSV file, as text by column.

    Example:
        >>> declared_rows("analysis.study", "contract.csv")[0]["column"]
        'platform'
    """
    text = (resources.files(package) / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def demo_digest() -> str:
    """Digest of names and digests of the demo's files, by which it is known to be invented."""
    return (resources.files("analysis.study") / "demo.digest").read_text("utf-8").strip()
