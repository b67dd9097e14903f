"""Fixtures that tests of several tables share."""

import pytest

from analysis.prepare.pipeline import prepare


@pytest.fixture
def run(tmp_path, own_data):
    """Prepare a raw folder where the commands would."""
    del own_data

    def prepared(raw):
        return prepare(raw, tmp_path / "data/processed/brand", private=tmp_path / "data/private")

    return prepared
