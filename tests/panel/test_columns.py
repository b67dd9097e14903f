"""Every column of the creator panel is described, in its order."""

from analysis.panel.columns import PANEL_COLUMNS
from analysis.panel.creators import creator_panel


def test_the_description_is_the_panel():
    assert list(PANEL_COLUMNS) == list(creator_panel("demo").columns)
    assert all(len(meaning.split()) > 1 for meaning in PANEL_COLUMNS.values())
