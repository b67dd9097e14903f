"""How each kind of column is typed in memory and on disk."""

import pyarrow as pa

from analysis.study.contract import Kind

ARROW_TYPE: dict[Kind, pa.DataType] = {
    "text": pa.string(),
    "choice": pa.string(),
    "count": pa.int64(),
    "amount": pa.float64(),
    "proportion": pa.float64(),
    "day": pa.date32(),
    "time": pa.timestamp("us"),
    "flag": pa.bool_(),
}
