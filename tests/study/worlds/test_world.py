"""world: a knob that cannot be is refused by name."""

from dataclasses import replace

import pytest

from analysis.study.errors import UsageError
from analysis.study.worlds import DEMO, World


@pytest.mark.parametrize(
    ("knobs", "said"),
    [
        ({"boosted": (0.1, 1.2)}, r"boosted is \(0.1, 1.2\); give 0 to 1"),
        ({"stars": (-0.1, 0.0)}, "stars is .* give 0 to 1"),
        ({"never_sell": (1.0, 0.0)}, "never_sell is .* below 1"),
        ({"person_correlation": 1.1}, "person_correlation is 1.1; give 0 to 1"),
        ({"on_two_platforms": 0.6}, "on_two_platforms is 0.6; give 0 to 0.5"),
        ({"accounts_per_person": (0, 1)}, "accounts_per_person is .* 1 or more"),
        ({"bookings_per_creator": ()}, r"bookings_per_creator is \(\); give whole numbers"),
        ({"bookings_per_creator": (-1,)}, r"bookings_per_creator is .* give whole numbers"),
    ],
)
def test_what_cannot_be_is_refused(knobs, said):
    with pytest.raises(UsageError, match=f"World 'demo': {said}"):
        replace(DEMO, **knobs)


def test_one_platform_has_nobody_on_two():
    with pytest.raises(UsageError, match="give 0, there is one platform"):
        World(on_two_platforms=0.1)
