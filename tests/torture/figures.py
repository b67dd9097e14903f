"""What a part of the long proof did, and what it must not have seen."""

from dataclasses import dataclass, field
from pathlib import Path

from tests.runs import fleet, witness

SEED = 20261122


@dataclass
class Figures:
    """What a part did, and what it must not have seen."""

    trials: int = 0
    seconds: float = 0
    lost: int = 0
    duplicated: int = 0
    corrupt: int = 0
    orphans: int = 0
    left: int = 0
    wrong: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def bad(self) -> int:
        """How many things happened that must not."""
        found = (self.lost, self.duplicated, self.corrupt, self.orphans, self.left, self.wrong)
        return sum(found)

    def look_at(self, project: fleet.Project, *allowed: dict[str, bytes], unseen=()) -> None:
        """Every file that stands is one that a run may have published."""
        if project.site.exists():
            odd = witness.damaged(project.site, project.reports, *allowed, unseen=unseen)
            self.corrupt += len(odd)

    def compare(self, site: Path, expected: dict[str, bytes]) -> None:
        """The site is finished: all of it, nothing else, and its exports agree."""
        found = fleet.content(site)
        self.lost += len(expected.keys() - found.keys())
        self.corrupt += sum(found[name] != expected[name] for name in expected.keys() & found)
        self.corrupt += len(witness.disagreements(site))
        self.left += len(fleet.leftovers(site)) + len(found.keys() - expected.keys())

    def believe(self, project: fleet.Project, expected: dict[str, bytes]) -> None:
        """What verify calls good is the finished site."""
        good = witness.called_good(project.site, project, plan="renamed.yml")
        self.wrong += good and not witness.is_whole(project.site, expected)
