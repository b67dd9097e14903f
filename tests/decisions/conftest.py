"""A brand whose money is worked out by hand."""

import pytest

from analysis.evidence.view import open_view
from analysis.prepare.pipeline import prepare

HEAD = (
    "campaign,platform,handle,clicks,orders,orders_refunded,revenue,fee,product_cost,"
    "handling_hours,collaboration,placed_at\n"
)


@pytest.fixture
def opened(tmp_path, own_data, arrived):
    """A view of placements, one line each, by creators named m1, m2 ... and b1, b2 ..."""

    def open_them(lines, *, settings="currency: EUR\n", micro=6, macro=6, extra="", **options):
        names = [(f"m{n}", 5_000 + n) for n in range(1, micro + 1)]
        names += [(f"b{n}", 500_000 + n) for n in range(1, macro + 1)]
        creators = "".join(f"tiktok,{name},food,{size}\n" for name, size in names)
        raw = arrived(
            {
                "creators.csv": f"platform,handle,niche,followers\n{creators}",
                "placements.csv": HEAD.strip()
                + f"{extra}\n"
                + "".join(f"{line}\n" for line in lines),
                "dataset.yml": settings,
            }
        )
        prepare(raw, tmp_path / "out", private=tmp_path / "private")
        return open_view(tmp_path / "out", **options)

    return open_them
