"""Answers of interfaces as records: each one is read, or the file is refused with the reason."""

import json

import pytest

from analysis.sources.reading.documents import records_of
from analysis.study.errors import DataContractError

REACH = {"name": "reach", "values": [{"value": 5}], "id": "17/insights/reach"}
AGES = {"dimension_keys": ["age"], "results": [{"dimension_values": ["18-24"], "value": 3}]}


def followers(**breakdown):
    return {
        "name": "follower_demographics",
        "total_value": {"breakdowns": [AGES | breakdown]},
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"columnHeaders": [{"name": "a"}], "rows": [["1"], ["2", "3"]]}, "row 2 of 2"),
        ({"columnHeaders": [{"name": "a"}], "rows": [["1"], {"a": 2}]}, "row 2 of 2"),
        ({"columnHeaders": [{"name": "a"}, "b"], "rows": [["1"]]}, "row 1 of 1"),
        ([followers(dimension_keys=None)], "follower_demographics"),
        ([followers(results=[{"value": 3}])], "follower_demographics"),
        ([followers(dimension_keys=["age", "gender"])], "follower_demographics"),
        ([followers(results=["18-24"])], "follower_demographics"),
    ],
)
def test_a_row_of_a_document_that_cannot_be_read_is_said(content, said):
    with pytest.raises(DataContractError, match=said):
        records_of(json.dumps(content).encode(), "a.json")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([followers(), REACH], [("insights.segment", "18-24"), ("insights.reach", "5")]),
        ([REACH, REACH | {"id": "18/insights/reach"}], [("value", "5"), ("value", "5")]),
        ([REACH | {"values": [{"value": 5}, {"value": 6}]}], [("value", "5"), ("value", "6")]),
        ([REACH | {"values": {"value": 5}}], [("values.value", "5")]),
    ],
)
def test_no_record_of_a_list_is_lost(content, told):
    """Several media, several days and demographics beside insights had left one record."""
    tables = records_of(json.dumps(content).encode(), "a.json").values()
    cells = [cell for rows, _ in tables for row in rows.to_dict("records") for cell in row.items()]
    assert sorted(cell for cell in cells if cell in told) == sorted(told)
