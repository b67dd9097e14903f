"""An address tells its platform; beside a cell that names none it contradicts nothing."""

import pandas as pd
import pyarrow as pa

from analysis.sources.values.checks import elsewhere


def test_an_address_contradicts_another_platform_and_no_empty_cell():
    text = pd.ArrowDtype(pa.string())
    handles = pd.Series(["https://www.tiktok.com/@ann", "tiktok.com/@ben", "cleo"], dtype=text)
    platforms = pd.Series(["instagram", None, None], dtype=text)
    assert elsewhere(handles, platforms).tolist() == [True, False, False]
