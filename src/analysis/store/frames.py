"""Data frames inside records that are kept as JSON: columns beside their types, nothing rounded."""

from typing import Annotated, Any

import numpy as np
import pandas as pd
from pydantic import PlainValidator


def plain(value: object) -> object:
    """What JSON holds instead of a frame or a number of numpy's; for ``json.dumps(default=)``."""
    if isinstance(value, pd.DataFrame):
        types = {name: str(kind) for name, kind in value.dtypes.items()}
        return {"types": types, "columns": {name: value[name].tolist() for name in value}}
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} cannot be kept as JSON")


def _frame(value: Any) -> pd.DataFrame:
    if isinstance(value, pd.DataFrame):
        return value
    return pd.DataFrame(value["columns"]).astype(value["types"])


Frame = Annotated[pd.DataFrame, PlainValidator(_frame)]
