"""A second week with it, over what is newer: by commands, files and exit codes, numbers by hand.

Monday a roster of profile addresses, Analytics exported twice and a report that runs on; Tuesday an
export of TikTok Studio whose column was renamed; Wednesday a budget and a list drawn by lot;
Thursday replies; Friday an erasure from all of it; Saturday a full disk. Three weeks later the list
is analysed; in winter the pages are past their day.
"""

import re
import shlex
import stat
import subprocess
import sys
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from analysis.cli.main import main
from tests.built import quick_study

PLAN = """\
reports:
  - { notebook: 90_summary, id: summary, title: Summary }
  - { notebook: 10_data, id: data, title: Data }
  - { notebook: 60_decision, id: decision, title: Next budget }
"""
CONTRAST = "1K-100K vs 100K+"
CREATORS = range(48)  # by turns micro and macro
CAMPAIGNS = {"spring": "2026-04-06", "summer": "2026-07-06"}
ADDRESSES = (
    "https://www.tiktok.com/@ZQname{}?lang=en",
    "tiktok.com/@zqname{}/",
    "@zqname{}",
    "https://m.tiktok.com/@zqname{}",
)
PREAMBLE = """\
# ----------------------------------------
# Traffic acquisition
# Start date: {}
# End date: {}
# ----------------------------------------
"""
STUDIO = """\
Video title,Video link,Post time,Hearts,Total comments,Total shares,Total views
Tea,https://www.tiktok.com/@zqname4/video/7540000000000000001,2026-09-20 12:00:00,3.5K,100,5,"9,000"
Tea,https://www.tiktok.com/@zqname4/video/7540000000000000002,2026-09-21 12:00:00,"3,500",100,7,9K
"""


def is_micro(k: int) -> bool:
    return k % 2 == 0


def strength(k: int) -> int:
    """1, 2 and 3 by turns, in both tiers."""
    return 1 + k // 2 % 3


def followers(k: int) -> int:
    return 10_000 if is_micro(k) else 200_000


def engagement(k: int) -> int:
    """Of one post: 4, 8 or 12 % of a micro creator's followers, half of that of a macro one's."""
    return strength(k) * (400 if is_micro(k) else 4_000)


def clicks(k: int) -> int:
    return 200 if is_micro(k) else 1_000


def orders(k: int) -> int:
    """Of one booking: 2, 4 or 6 of 100 clicks at micro creators, half of that at macro ones."""
    return strength(k) * (4 if is_micro(k) else 10)


def fee(k: int) -> int:
    return 100 if is_micro(k) else 500


def answered(k: int) -> int:
    """Of ten comments: 7, 8 or 9 by a micro creator, 3, 4 or 5 by a macro one."""
    return strength(k) + (6 if is_micro(k) else 2)


def lines(header: str, rows: Iterable[str]) -> str:
    return "\n".join([header, *rows]) + "\n"


class Brand:
    """A brand's folder, its site, and what its people type."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.raw, self.site, self.data = folder / "brand", folder / "site", folder / "data"
        self.folder, self._capsys = folder, capsys
        (folder / "nightly.yml").write_text(PLAN, encoding="utf-8")
        self.study = str(quick_study(folder))
        self.options = ["--plan", str(folder / "nightly.yml"), "--data", str(self.raw)]
        self.options += ["--study", self.study]

    def command(self, *arguments: str, code: int = 0) -> str:
        """What a command says, on both streams."""
        self._capsys.readouterr()
        ended = main([*arguments])
        said = "".join(self._capsys.readouterr())
        assert ended == code, said
        return said

    def report(self, *more: str, code: int = 0) -> str:
        return self.command("report", "--out", str(self.site), *self.options, *more, code=code)

    def verify(self, *, code: int = 0) -> str:
        return self.command("verify", str(self.site), *self.options, code=code)

    def arrive(self, name: str, content: str) -> Path:
        path = self.raw / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    def page(self, name: str) -> str:
        return words_of(self.site / f"{name}.html")

    def ratio(self, metric: str, estimand: str = "typical") -> float:
        """The ratio over all niches that ``results.csv`` states."""
        rows = pd.read_csv(self.site / "results.csv")
        what = rows["metric"].eq(metric) & rows["estimand"].eq(estimand)
        where = rows["niche"].eq("all niches") & rows["contrast"].eq(CONTRAST)
        [estimate] = rows.loc[what & where, "estimate"]
        return float(estimate)

    @property
    def drawn(self) -> Path:
        return self.data / "private" / "draws" / "autumn" / "list.csv"

    def booked(self) -> pd.DataFrame:
        """Who is to be booked, of the list that was drawn."""
        listed = pd.read_csv(self.drawn)
        return listed[listed["role"].eq("book")].reset_index(drop=True)


@pytest.fixture
def brand(own_data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Brand:
    return Brand(tmp_path, capsys)


@pytest.fixture
def on_day(monkeypatch: pytest.MonkeyPatch):
    def set_clock(year: int, month: int, day: int) -> None:
        moment = datetime(year, month, day, tzinfo=UTC)
        monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(moment.timestamp())))

    return set_clock


def test_the_first_three_days(brand: Brand) -> None:
    monday(brand)
    tuesday(brand)
    wednesday(brand)


@pytest.mark.prove
def test_a_second_week(brand: Brand, on_day) -> None:
    monday(brand)
    tuesday(brand)
    wednesday(brand)
    thursday(brand)
    leaver = friday(brand)
    saturday(brand)
    on_day(2026, 11, 9)
    three_weeks_later(brand)
    on_day(2027, 2, 1)
    winter(brand, leaver)


def monday(brand: Brand) -> None:
    """Addresses of profiles are accounts; what Analytics and the shop say twice counts once."""
    brand.arrive("dataset.yml", "currency: EUR\n")
    old, new = "2026-10-05", "2026-10-12"
    brand.arrive(f"{old}/creators.csv", roster())
    brand.arrive(f"{old}/posts.csv", posts())
    brand.arrive(f"{old}/placements.csv", bookings())
    brand.arrive(f"{old}/ga.csv", visits("20260101", "20260930"))
    brand.arrive(f"{old}/ga (1).csv", visits("20260101", "20260930"))
    brand.arrive(f"{old}/by code.csv", orders_by_code(2))
    brand.arrive(f"{new}/by code.csv", orders_by_code(1))
    said = brand.command("prepare", str(brand.raw))
    assert "posts to creators by handle, many to one: 96 of 96 rows found one of 48" in said
    assert "placements to creators by handle, many to one: 96 of 96 rows found one of 48" in said
    assert "ga.csv is the same file as 2026-10-05/ga (1).csv; it counts once" in said
    assert f"{old}/by code.csv runs on in {new}/by code.csv" in said
    placements = pd.read_parquet(brand.data / "processed" / "brand" / "placements.parquet")
    assert placements["sessions"].sum() == 2 * 24 * (180 + 900)
    assert placements["orders"].sum() == 2 * 8 * (1 + 2 + 3) * (4 + 10)


def tuesday(brand: Brand) -> None:
    """TikTok renamed a column: refused by name; the draft of a format is right as it is."""
    export = brand.arrive("2026-10-13/zqname4/Content.csv", STUDIO)
    said = brand.command("prepare", str(brand.raw), code=1)
    assert "2026-10-13/zqname4/Content.csv" in said
    draft = brand.command("sources", "--suggest", str(export))
    brand.arrive("studio.yml", draft[: draft.index("micromacro: next")])
    said = brand.command("sources", "--try", str(brand.raw / "studio.yml"), str(export))
    assert "likes 3500" in said
    said = brand.command("prepare", str(brand.raw))
    assert "Content.csv -> posts: 2 rows read, 2 kept" in said


def wednesday(brand: Brand) -> None:
    """Advice on a budget, and a list by lot: of 24 creators of a tier, booked twice each."""
    brand.arrive("dataset.yml", "currency: EUR\nbudget: 30000\n")
    brand.report("--only", "decision")
    page = brand.page("decision")
    assert "EUR 28,800 went with 1,344 orders net of refunds, EUR 21.43 per order" in page
    assert "EUR 4,800.00 384" in page
    assert "EUR 24,000 960" in page
    assert "EUR 25,000" in page, "what macro creators had of past money, of 30,000"
    told = brand.command("shortlist", "brand", "--study", brand.study)
    assert re.findall(r": (\d+) creators", told) == ["24", "16", "8"]
    asked = brand.folder / "next.csv"
    asked.write_text(candidates(), encoding="utf-8")
    order = ["draw", str(asked), "--micro", "6", "--macro", "4", "--seed", "7", "--name", "autumn"]
    told = brand.command(*order)
    assert "1K-100K: 6 to book, quoted 600.00" in told
    assert "100K+: 4 to book, quoted 2,000.00" in told
    assert stat.S_IMODE(brand.drawn.stat().st_mode) == 0o600
    assert brand.booked().groupby("tier")["niche"].value_counts().to_list() == [2, 2, 3, 3]
    brand.command(*order, code=2)


def thursday(brand: Brand) -> None:
    """Replies arrive: of ten comments micro creators answer eight in time, macro ones four."""
    brand.arrive("2026-10-15/comments.csv", comments())
    brand.report()
    brand.verify()
    # two posts of 1,200 and two of 3,600 double what one of 24 micro creators gets a post
    assert brand.ratio("engagement_per_follower") == pytest.approx(2 * 2 ** (1 / 24), rel=1e-3)
    assert brand.ratio("orders_per_click") == pytest.approx(2)
    assert brand.ratio("cost_per_order", "portfolio") == pytest.approx(0.5)
    assert "a campaign's EUR 30,000" in brand.page("summary")
    assert brand.ratio("comments_answered_in_48_hours") == pytest.approx(2, rel=0.02)


def friday(brand: Brand) -> int:
    """The first of the list asks to be forgotten, by the address of the profile; who it was."""
    leaver = brand.booked()["handle"][0]
    address = f"https://www.tiktok.com/@{leaver.upper()}?lang=de"
    assert places_of(leaver, brand)
    said = brand.command("forget", "TikTok", address, "--out", str(brand.site), *brand.options)
    assert "1 of creators" in said
    assert "2 of placements" in said
    assert "20 of comments" in said
    assert "draws/autumn/list.csv: erased 1 rows" in said
    assert not places_of(leaver, brand)
    brand.verify()
    assert len(brand.booked()) == 9
    return int(leaver.removeprefix("zqname"))


def saturday(brand: Brand) -> None:
    """The disk of the site is full; with room, the same command ends in the same page.

    Where nobody may mount a small disk the day passes without it.
    """
    if subprocess.run([*OWN_MOUNTS, "true"], capture_output=True, check=False).returncode:
        return
    disk = brand.folder / "disk"
    disk.mkdir()
    night = [sys.executable, "-m", "analysis", "report", *brand.options, "--only", "data"]
    mended = brand.folder / "data.html"
    script = f"""
        set -e
        mount -t tmpfs -o size=60k none {shlex.quote(str(disk))}
        run() {{ {shlex.join([*night, "--out", str(disk)])} || echo "code $?"; }}
        run
        mount -o remount,size=99M {shlex.quote(str(disk))}
        run
        cp {shlex.quote(str(disk / "data.html"))} {shlex.quote(str(mended))}
    """
    ran = subprocess.run(
        [*OWN_MOUNTS, "sh", "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert re.findall(r"^code .*", ran.stdout, flags=re.MULTILINE) == ["code 5"], ran.stdout
    assert "MB of disk are free" in ran.stdout
    assert ran.returncode == 0, ran.stdout
    before_the_run = words_of(mended).split(" Run ")[0]
    assert before_the_run == brand.page("data").split(" Run ")[0]


OWN_MOUNTS = ("unshare", "--map-root-user", "--mount")


def three_weeks_later(brand: Brand) -> None:
    """All of the list but the leaver were booked: micro creators brought 7 orders, macro 12."""
    booked = brand.booked()
    micro = booked["followers"].eq(10_000)
    brought = [7 if small else 12 for small in micro]
    rows = (
        f"autumn,tiktok,{handle},{quote},{10 * number},{number},2026-10-19,14,done"
        for handle, quote, number in zip(booked["handle"], booked["quote"], brought, strict=True)
    )
    header = "campaign,platform,handle,fee,clicks,orders,placed_at,window_days,booking_status"
    file = brand.arrive("2026-11-09/placements.csv", lines(header, rows))
    told = brand.command("analyse", "autumn", str(file))
    assert re.findall(r"([\d.]+) orders per booking", told) == ["12.0", "7.0"]
    assert "Of 9 drawn 9 were booked since." in told


def winter(brand: Brand, leaver: int) -> None:
    """92 days after the last day of the data every page says that it is past it.

    Two bookings of the leaver, a macro creator, are gone; nine of the list came, for 100 and 500.
    """
    assert "out of date" in brand.verify(code=1)
    brand.report()
    for page in ("summary", "data", "decision", "index"):
        assert "out of date" in brand.page(page).lower(), page
    assert not is_micro(leaver)
    paid, brought = 28_800 - 2 * 500 + 2_100, 1_344 - 2 * orders(leaver) + 6 * 7 + 3 * 12
    assert f"EUR {paid:,} went with {brought:,} orders" in brand.page("decision")


def words_of(page: Path) -> str:
    """What a page says, but for how it differs from the page before it."""
    text = page.read_text(encoding="utf-8")
    unread = r'<style.*?</style>|<script.*?</script>|<p class="changes">.*?</p>|<[^>]+>'
    return re.sub(r"(\s|&nbsp;)+", " ", re.sub(unread, " ", text, flags=re.DOTALL))


def places_of(handle: str, brand: Brand) -> list[str]:
    """Files of the data folder and the site in which a handle can be read, packed or not."""
    files = [path for top in (brand.data, brand.site) for path in top.rglob("*") if path.is_file()]
    name = re.compile(rf"{handle}(?!\d)", re.IGNORECASE)
    return [str(path) for path in files if name.search(str(path) + text_of(path))]


def text_of(path: Path) -> str:
    if path.suffix == ".parquet":
        return pd.read_parquet(path).to_csv()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as packed:
            return "".join(packed.read(name).decode() for name in packed.namelist())
    return path.read_bytes().decode("utf-8", "replace")


def roster() -> str:
    rows = (f"TikTok,{ADDRESSES[k % 4].format(k)},{niche(k)},{followers(k)}" for k in CREATORS)
    return lines("platform,handle,niche,followers", rows)


def niche(k: int) -> str:
    return "beauty" if k % 4 < 2 else "food"


def posts() -> str:
    rows = (
        f"tiktok,zqname{k},{700 + 2 * k + n},2026-09-0{1 + n},"
        f"{engagement(k) * 95 // 100},{engagement(k) * 5 // 100},{followers(k) // 2}"
        for k in CREATORS
        for n in (0, 1)
    )
    return lines("platform,handle,post_id,posted_at,likes,comments,views", rows)


def bookings() -> str:
    rows = (
        f"{campaign},tiktok,@zqname{k},{clicks(k)},{fee(k)},{day},zqname{k}{campaign},"
        f"{campaign}-zqname{k}"
        for campaign, day in CAMPAIGNS.items()
        for k in CREATORS
    )
    return lines("campaign,platform,handle,clicks,fee,placed_at,code,utm", rows)


def visits(begins: str, ends: str) -> str:
    rows = (
        f"{campaign}-zqname{k},{clicks(k) * 9 // 10}" for campaign in CAMPAIGNS for k in CREATORS
    )
    return PREAMBLE.format(begins, ends) + lines("Session manual ad content,Sessions", rows)


def orders_by_code(part: int) -> str:
    """What the shop says of every code so far: a week ago half of it."""
    sold = {f"zqname{k}{campaign}": orders(k) // part for campaign in CAMPAIGNS for k in CREATORS}
    rows = (f"{code},{number},{30 * number}" for code, number in sold.items())
    return lines("Discount code,Orders,Net sales", rows)


def candidates() -> str:
    rows = (
        f"tiktok,{ADDRESSES[k % 4].format(k)},{niche(k)},{followers(k)},{fee(k)}" for k in CREATORS
    )
    return lines("platform,handle,niche,followers,quote", rows)


def comments() -> str:
    """Ten under each post; a day after the post, answered within the hour or after three days."""
    rows = (
        f"tiktok,@zqname{k},{700 + 2 * k + n},86400,no,{1800 if one < answered(k) else 259200}"
        for k in CREATORS
        for n in (0, 1)
        for one in range(10)
    )
    return lines("platform,handle,post_id,age_seconds,is_by_creator,reply_after_seconds", rows)
