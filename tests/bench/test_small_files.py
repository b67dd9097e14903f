"""A thousand files of twenty rows: imported together and each by itself."""

import pytest

from analysis.prepare import load as loading
from analysis.prepare.raw_folder import open_raw_folder
from tests.bench.side_by_side import cpu_seconds, ratio

FILES, ROWS = 1000, 20
HEAD = "platform,handle,post_id,posted_at,likes,comments,views,reach\n"


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    folder = tmp_path_factory.mktemp("small")
    for number in range(FILES):
        lines = [
            f"instagram,c{(number * ROWS + n) % 400},p{number}_{n},2026-03-0{1 + n % 9}T10:00:00Z,"
            f"{n * 7 + 1},{n},{n * 50 + 5},{n * 20 + 9}\n"
            for n in range(ROWS)
        ]
        (folder / f"f{number:04}.csv").write_text(HEAD + "".join(lines), encoding="utf-8")
    return open_raw_folder(folder)


def test_small_files_are_imported_together(raw, monkeypatch):
    def together():
        return loading.load(raw, source=None, tell=lambda *_: None)

    def alone():
        with monkeypatch.context() as without:
            without.setattr(loading, "may_be_stacked", lambda text, found: False)
            return loading.load(raw, source=None, tell=lambda *_: None)

    pairs = zip(together().arrivals, alone().arrivals, strict=True)
    assert all(a.imported.rows.equals(b.imported.rows) for a, b in pairs)
    each = 1000 * cpu_seconds(together) / FILES
    print(f"small files: {each:.1f} CPU ms each, {ratio(alone, together, pairs=3)} by themselves")
