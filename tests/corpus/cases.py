"""Bad input, case by case: what arrives, and what must become of it.

Numbers are those of the list of 104 that the project set itself. An outcome is one of

- accept: every row is kept, with the values given;
- row: the row at a place is left out for a reason, the others are kept;
- file: the file is refused by name with a reason, the other files are read;
- warn: as accept, and somebody is told.
"""

import gzip
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import openpyxl
import pandas as pd

CREATORS = "platform,handle,niche,followers\ninstagram,anna,food,5000\ntiktok,ben,travel,200000\n"
HEADER = "platform,handle,post_id,posted_at,likes,comments"
GOOD = [
    "instagram,anna,p1,2026-01-10,50,5",
    "instagram,anna,p2,2026-02-10,60,6",
    "tiktok,ben,p3,2026-03-10,70,7",
]
LIKES = [50, 60, 70]


@dataclass(frozen=True)
class Case:
    """One file that arrives beside a good list of creators.

    ``said`` is a pattern of the message; ``row`` and ``column`` are those of the exclusion;
    ``values`` are what a column of posts holds afterwards.
    """

    number: int
    what: str
    outcome: str
    content: str | bytes | Mapping[str, str | bytes]
    said: str = ""
    row: int = 0
    column: str = ""
    values: Mapping[str, list] = field(default_factory=dict)
    name: str = "posts.csv"
    settings: str = ""


def posts(*lines, header=HEADER, end="\n"):
    """A file of posts; ``lines`` replace the good ones from the first on."""
    body = [*lines, *GOOD[len(lines) :]]
    return end.join([header, *body]) + end


def like(likes):
    """A file whose first post has these likes."""
    quoted = f'"{likes}"' if "," in likes else likes
    return posts(f"instagram,anna,p1,2026-01-10,{quoted},5")


def column(name, *values, first=None):
    """A file with one more column; ``values`` from the first post on, then empty."""
    texts = [*values, *[""] * (3 - len(values))]
    lines = [f'{line},"{text}"' for line, text in zip(first or GOOD, texts, strict=True)]
    return posts(*lines, header=f"{HEADER},{name}")


def at(*times):
    """A file whose posts went online at these times."""
    lines = [f"tiktok,ben,p{n},{time},{n},0" for n, time in enumerate(times, start=1)]
    return "\n".join([HEADER, *lines]) + "\n"


def placed(*lines, extra=""):
    """Bookings."""
    return f"campaign,platform,handle,clicks,orders{extra}\n" + "".join(f"{x}\n" for x in lines)


def parquet(rows, **options):
    content = io.BytesIO()
    pd.DataFrame(rows).to_parquet(content, index=False, **options)
    return content.getvalue()


def workbook(cell):
    book = openpyxl.Workbook()
    book.active.append(HEADER.split(","))
    book.active.append(["instagram", "anna", "p1", "2026-01-10", cell, 5])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def archive(**members):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, text in members.items():
            packed.writestr(name, text)
    return content.getvalue()


def bomb(size):
    content = io.BytesIO()
    with gzip.open(content, "wb") as packed:
        packed.write(posts().encode())
        for _ in range(size >> 20):
            packed.write(b"\n" * (1 << 20))
    return content.getvalue()


def array():
    content = io.BytesIO()
    np.save(content, np.array([1, 2]))
    return content.getvalue()


PLAIN = posts()
ROWS = [dict(zip(HEADER.split(","), line.split(","), strict=True)) for line in GOOD]
PICKLE = b"\x80\x04\x95\x1f\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94\x93"
PICKLE += b"\x94\x8c\x0ctouch PWNED\x94\x85\x94R\x94."
FLIPPED = bytearray(parquet(ROWS * 400, write_page_checksum=True, compression="none"))
FLIPPED[200] ^= 4
SAME = {"likes": LIKES}
MANY = [f"tiktok,ben,q{n},2026-01-10,{n + 9},{n % 7}" for n in range(30)]
ENCODING = [
    Case(1, "byte-order mark", "accept", b"\xef\xbb\xbf" + PLAIN.encode(), values=SAME),
    Case(2, "two marks", "accept", b"\xef\xbb\xbf\xef\xbb\xbf" + PLAIN.encode(), values=SAME),
    Case(3, "UTF-16", "accept", PLAIN.encode("utf-16"), values=SAME),
    Case(4, "UTF-16, no mark", "file", PLAIN.encode("utf-16-le"), "holds zero bytes"),
    Case(
        5,
        "cp1252, declared",
        "accept",
        column("campaign", "été").encode("cp1252"),
        values={"campaign": ["été", None, None]},
        settings="encoding: cp1252\n",
    ),
    Case(
        6,
        "latin-1, undeclared",
        "file",
        column("campaign", "été").encode("latin-1"),
        "line 2 is not UTF-8",
    ),
    Case(
        7,
        "two encodings",
        "file",
        posts("tiktok,ben,é,2026-01-10,1,1").encode() + b"\xe9\n",
        "line 5 is not UTF-8",
    ),
    Case(
        8,
        "zero byte in a cell",
        "row",
        posts("tiktok,ben,p\0,2026-01-10,1,1"),
        "is no text",
        2,
        "post_id",
    ),
    Case(9, "tail of zeros", "file", PLAIN.encode() + b"\0" * 9, "holds zero bytes"),
    Case(10, "CR alone", "accept", PLAIN.replace("\n", "\r"), values=SAME),
    Case(11, "CRLF and LF", "accept", PLAIN.replace("\n", "\r\n", 2), values=SAME),
    Case(12, "empty file", "file", "", "the first row is empty"),
    Case(13, "header alone", "accept", HEADER + "\n", values={"likes": []}),
    Case(
        14,
        "control characters, reading direction",
        "accept",
        posts("instagram,\u202ean\u200bna\x07,p1,2026-01-10,50,5"),
        values=SAME,
    ),
    Case(
        15,
        "50 MB in one cell",
        "file",
        posts('tiktok,ben,"' + "x" * 50_000_000 + '",2026-01-10,1,1'),
        "not readable as a table",
    ),
    Case(
        16,
        "half a character in JSON",
        "row",
        '[{"platform":"tiktok","handle":"ben","post_id":"\\ud800","posted_at":"2026-01-10",'
        '"likes":1,"comments":1},{"platform":"tiktok","handle":"ben","post_id":"b",'
        '"posted_at":"2026-01-10","likes":2,"comments":1}]',
        "is no text",
        1,
        "post_id",
        name="posts.json",
    ),
]
STRUCTURE = [
    Case(17, "last row cut", "file", PLAIN[:-6], "the last line has no end"),
    Case(18, "last number cut", "file", PLAIN[:-2], "the last line has no end"),
    Case(
        19,
        "quote never closed",
        "file",
        posts('tiktok,ben,"p1,2026-01-10,1,1'),
        "opened and never closed|no format|cannot be read",
    ),
    Case(
        20,
        "one field too many",
        "row",
        posts("instagram,anna,p1,2026-01-10,50,5,9"),
        "7 fields where the header has 6",
        2,
    ),
    Case(
        21,
        "one too many everywhere",
        "file",
        "\n".join([HEADER, *(f"{x},1" for x in GOOD)]) + "\n",
        "3 of 3 rows cannot be read .* row 2: 7 fields",
    ),
    Case(
        22, "a column is missing", "file", PLAIN.replace("platform,", "", 1), "also needs platform"
    ),
    Case(
        23,
        "unknown header language",
        "file",
        PLAIN.replace("platform", "Plattform", 1),
        "also needs platform",
    ),
    Case(24, "a column twice", "file", column("likes", "1"), "the header repeats likes"),
    Case(
        25,
        "case and spaces",
        "accept",
        PLAIN.replace(HEADER, HEADER.upper().replace(",", " , ")),
        values=SAME,
    ),
    Case(26, "semicolons", "accept", PLAIN.replace(",", ";"), values=SAME),
    Case(27, "comment lines", "accept", f"# from a tool\n#\n{PLAIN}", values=SAME),
    Case(
        28,
        "total row",
        "row",
        'Content,Video title,Video publish time,Likes\nTotal,,,9\na,A,"Dec 15, 2025",9\n',
        "total",
        2,
        "Content",
        name="ben/Table data.csv",
    ),
    Case(29, "header again", "row", posts(GOOD[0], HEADER), "the header again", 3),
    Case(
        30,
        "columns in another order",
        "accept",
        "comments,likes,posted_at,post_id,handle,platform\n5,50,2026-01-10,p1,anna,instagram\n",
        values={"likes": [50]},
    ),
    Case(
        31,
        "misspelt column",
        "warn",
        column("shars", "4"),
        "posts.csv: column 'shars' is not read; did you mean shares",
    ),
    Case(
        33,
        "2,000 columns",
        "file",
        ",".join(f"c{n}" for n in range(2_000)) + "\n",
        "2,000 columns; 1,000 are read",
    ),
    Case(
        34,
        "comment in the last line",
        "row",
        PLAIN + "# end of report\n",
        "1 fields where the header has 6",
        5,
    ),
]
IDS = [
    Case(
        35,
        "ids mangled by a spreadsheet",
        "file",
        posts(*[f"tiktok,ben,1.23E+15,2026-01-1{n},1,1" for n in range(3)]),
        "ids were rounded",
    ),
    Case(
        36,
        "18 digits and a blank",
        "accept",
        posts("tiktok,ben,178414000000000001,2026-01-10,50,5", "tiktok,ben,,2026-01-10,1,1"),
        values={"likes": [50, 1, 70]},
    ),
    Case(
        37,
        "leading zeros",
        "accept",
        posts("tiktok,ben,007,2026-01-10,50,5", "tiktok,ben,7,2026-01-10,60,6"),
        values=SAME,
    ),
    Case(
        38,
        "id beyond 64 bits",
        "accept",
        posts(
            "tiktok,ben,99999999999999999999,2026-01-10,50,5",
            "tiktok,ben,99999999999999999998,2026-01-10,60,6",
        ),
        values=SAME,
    ),
    Case(39, "the same row twice", "accept", PLAIN + GOOD[2] + "\n", values=SAME),
    Case(
        40,
        "same id, later export",
        "accept",
        {
            "2026-06-01/posts.csv": PLAIN,
            "2026-07-01/posts.csv": posts(*[x.replace(",50,", ",55,") for x in GOOD]),
        },
        values={"likes": [55, 60, 70]},
    ),
    Case(
        41,
        "same id on two platforms",
        "accept",
        posts("instagram,anna,p1,2026-01-10,50,5", "tiktok,ben,p1,2026-01-10,60,6"),
        values=SAME,
    ),
    Case(
        42,
        "composed and not",
        "accept",
        {
            "posts.csv": posts("instagram,e\u0301va,p1,2026-01-10,50,5"),
            "creators2.csv": CREATORS.partition("\n")[0] + "\ninstagram,\u00e9va,food,900\n",
        },
        values={"likes": [60, 70, 50]},  # creator by creator: hers arrived last
    ),
    Case(
        43,
        "zero-width space in a handle",
        "accept",
        posts("instagram,an\u200bna,p1,2026-01-10,50,5"),
        values=SAME,
    ),
    Case(
        44,
        "another alphabet's a",
        "row",
        posts("instagram,\u0430nna,p1,2026-01-10,50,5"),
        "no such creator",
        2,
        "handle",
    ),
    Case(
        45,
        "platform in capitals",
        "accept",
        posts("Instagram,anna,p1,2026-01-10,50,5"),
        values=SAME,
    ),
    Case(
        46,
        "unknown platform",
        "accept",
        {
            "creators.csv": CREATORS.replace("instagram", "myspace"),
            "posts.csv": PLAIN.replace("instagram", "myspace"),
        },
        values=SAME,
    ),
    Case(
        47,
        "unknown niche",
        "accept",
        {"creators.csv": CREATORS.replace("food", "bonsai"), "posts.csv": PLAIN},
        values=SAME,
    ),
    Case(
        48,
        "a niche called NA",
        "accept",
        {"creators.csv": CREATORS.replace("food", "NA"), "posts.csv": PLAIN},
        values=SAME,
    ),
    Case(
        49,
        "handles that look like numbers",
        "accept",
        {
            "creators.csv": "platform,handle,niche,followers\ntiktok,inf,x,9\ntiktok,True,x,9\n"
            "tiktok,1e5,x,9\n",
            "posts.csv": "\n".join(
                [
                    HEADER,
                    "tiktok,inf,p1,2026-01-10,50,5",
                    "tiktok,true,p2,2026-01-10,60,6",
                    "tiktok,1e5,p3,2026-01-10,70,7",
                ]
            )
            + "\n",
        },
        values=SAME,
    ),
    Case(
        50,
        "emoji and Arabic",
        "accept",
        {
            "creators.csv": "platform,handle,niche,followers\n"
            "tiktok,👩\u200d🎨,x,9\ntiktok,سارة,x,9\n",
            "posts.csv": "\n".join(
                [HEADER, "tiktok,👩\u200d🎨,p1,2026-01-10,50,5", "tiktok,سارة,p2,2026-01-10,60,6"]
            )
            + "\n",
        },
        values={"likes": [50, 60]},
    ),
    Case(
        52,
        "renamed account, same id",
        "accept",
        {
            "creators.csv": "platform,handle,niche,followers,account_id\ntiktok,new_ben,x,9,77\n",
            "posts.csv": f"{HEADER}\ntiktok,77,p1,2026-01-10,50,5\n",
        },
        values={"likes": [50]},
    ),
    Case(53, "no handle", "row", posts("tiktok,,p1,2026-01-10,50,5"), "no value", 2, "handle"),
    Case(
        54,
        "one creator in two niches",
        "row",
        {
            "creators.csv": CREATORS + "instagram,anna,travel,5000\ntiktok,cleo,x,9\n",
            "posts.csv": PLAIN,
        },
        "same platform, handle, but another niche",
        2,
        "handle",
        name="creators.csv",
    ),
]
NUMBERS = [
    Case(55, "1.2M, undeclared", "row", like("1.2M"), "not a whole number", 2, "likes"),
    Case(56, "1,234", "accept", like("1,234"), values={"likes": [1_234, 60, 70]}),
    Case(
        57,
        "3,4, undeclared",
        "file",
        placed('spring,tiktok,ben,9,1,"3,4"', extra=",fee"),
        "column fee, row 2: '3,4' has two readings",
        name="placements.csv",
    ),
    Case(
        57,
        "3,4, declared",
        "accept",
        {"posts.csv": PLAIN, "placements.csv": placed('spring,tiktok,ben,9,1,"3,4"', extra=",fee")},
        values=SAME,
        settings='decimal: ","\n',
    ),
    Case(
        58,
        "share in per cent",
        "accept",
        "creator_key,creator_category_zh,"
        "followers_affiliate_center,affiliate_orders,product_impressions,ctr\nx,美妆,9,1,100,3.4%\n",
        name="shop.csv",
    ),
    Case(59, "no-break space", "accept", like("1\u00a0234"), values={"likes": [1_234, 60, 70]}),
    Case(60, "minus sign", "row", like("−5"), "not a whole number", 2, "likes"),
    Case(61, "Arabic digits", "accept", like("٥٠"), values=SAME),
    Case(62, "negative count", "row", like("-5"), "not a whole number", 2, "likes"),
    Case(
        63,
        "no followers",
        "accept",
        {"creators.csv": CREATORS.replace("5000", "0"), "posts.csv": PLAIN},
        values=SAME,
    ),
    Case(
        64,
        "words for nothing",
        "accept",
        posts(
            *[
                x.replace(y, z)
                for x, y, z in zip(GOOD, ("50", "60", "70"), ("NaN", "n.a.", "--"), strict=True)
            ]
        ),
        values={"likes": [None] * 3},
    ),
    Case(
        65,
        "viral",
        "warn",
        column("followers_at_posting", "40", "900"),
        "1 posts have more likes than followers",
    ),
    Case(
        65,
        "more likes than people",
        "row",
        column("reach", "49", "900"),
        "more likes than accounts reached",
        2,
        "likes",
    ),
    Case(
        66,
        "more likes than views",
        "warn",
        column("views", "49", "900"),
        "1 posts have more likes than views",
    ),
    Case(
        67,
        "rate in the wrong unit",
        "file",
        "creator_key,creator_category_zh,"
        "followers_affiliate_center,affiliate_orders,product_impressions,ctr\nx,美妆,9,1,100,3.4\n",
        "not a share between 0 and 1",
        name="shop.csv",
    ),
    Case(
        68,
        "32-bit counts",
        "accept",
        parquet([{**r, "likes": np.int32(9)} for r in ROWS]),
        values={"likes": [9, 9, 9]},
        name="posts.parquet",
    ),
    Case(69, "half a like", "row", like("5.5"), "not a whole number", 2, "likes"),
    Case(
        70,
        "two signs of currencies",
        "file",
        placed("spring,tiktok,ben,9,1,€50 $", extra=",fee"),
        "not a decimal number",
        name="placements.csv",
    ),
    Case(
        70,
        "two currencies",
        "row",
        placed(
            "spring,tiktok,ben,9,1,50,EUR",
            "spring,instagram,anna,9,1,50,USD",
            extra=",fee,currency",
        ),
        "amounts are in EUR and USD; write currency and rates",
        2,
        name="placements.csv",
    ),
    Case(
        71,
        "negative cost",
        "warn",
        placed("spring,tiktok,ben,9,1,80", "spring,tiktok,ben,0,0,-50", extra=",fee"),
        "column fee is negative in 1 rows: read as money back",
        name="placements.csv",
    ),
    Case(
        72,
        "cents among euros",
        "warn",
        placed(
            *[f"c{n},tiktok,ben,9{n},1,{50 + n}" for n in range(24)],
            "d,tiktok,ben,99,1,5000000",
            extra=",fee",
        ),
        "fee: 5,000,000.* far above",
        name="placements.csv",
    ),
    Case(
        73,
        "more orders than clicks",
        "row",
        placed("spring,tiktok,ben,5,6", "autumn,tiktok,ben,5,4"),
        "more orders than clicks",
        2,
        "orders",
        name="placements.csv",
    ),
    Case(
        73,
        "the same, clicks rounded",
        "warn",
        placed("spring,tiktok,ben,5,6,yes", extra=",clicks_rounded"),
        "1 placements have more orders than rounded",
        name="placements.csv",
    ),
    Case(
        74,
        "more clicks than impressions",
        "row",
        placed("spring,tiktok,ben,5,1,4", "autumn,tiktok,ben,5,1,9", extra=",impressions"),
        "more clicks than impressions",
        2,
        "clicks",
        name="placements.csv",
    ),
    Case(
        75,
        "all zero",
        "warn",
        "\n".join([HEADER, *(x.rsplit(",", 1)[0] + ",0" for x in MANY)]) + "\n",
        "column comments is 0 in every row",
    ),
    Case(
        76,
        "all the same",
        "warn",
        "\n".join([HEADER, *(x.rsplit(",", 1)[0] + ",8" for x in MANY)]) + "\n",
        "column comments is 8 in every row",
    ),
    Case(
        77,
        "one a thousand times the others",
        "warn",
        "\n".join([HEADER, *MANY[:-1], "tiktok,ben,q,2026-01-10,999999,1"]) + "\n",
        "likes: 999,999 stands far above",
    ),
    Case(78, "1e308", "row", like("1e308"), "not a whole number", 2, "likes"),
]
DATES = [
    Case(
        79,
        "day or month first",
        "file",
        at("03/04/2026", "04/05/2026"),
        "not a date like 2026-03-31",
    ),
    Case(
        79,
        "declared",
        "accept",
        at("03/04/2026"),
        settings='date_format: "%d/%m/%Y"\n',
        values={"posted_at": [pd.Timestamp("2026-04-03")]},
    ),
    Case(
        80,
        "two formats",
        "row",
        at("2026-01-10", "2026-01-11", "12.01.2026"),
        "not a date like",
        4,
        "posted_at",
    ),
    Case(
        81,
        "several offsets",
        "accept",
        at("2026-01-10T10:00:00+02:00", "2026-01-10T10:00:00Z"),
        values={"posted_at": [pd.Timestamp("2026-01-10 08:00"), pd.Timestamp("2026-01-10 10:00")]},
    ),
    Case(
        82,
        "with and without zone",
        "file",
        at("2026-01-10T10:00:00Z", "2026-01-10T10:00:00"),
        "row 3: .* states no time zone and other rows do",
    ),
    Case(
        83,
        "an hour that never came",
        "warn",
        at("2026-03-29T02:30:00"),
        "repeats or skips",
        settings="time_zone: Europe/Paris\n",
    ),
    Case(84, "Unix time", "warn", at("1768039200"), "read as unix seconds"),
    Case(84, "in milliseconds", "warn", at("1768039200000"), "read as unix milliseconds"),
    Case(85, "spreadsheet days, undeclared", "file", at("46000"), "not a date like"),
    Case(
        85,
        "declared",
        "accept",
        at("46000"),
        settings="date_format: excel_days\n",
        values={"posted_at": [pd.Timestamp("2025-12-09")]},
    ),
    Case(
        86, "in the future", "row", at("2026-01-10", "2099-01-01"), "in the future", 3, "posted_at"
    ),
    Case(
        87,
        "1970",
        "row",
        at("2026-01-10", "1970-01-01"),
        "before any platform existed",
        3,
        "posted_at",
    ),
    Case(
        89,
        "last minute of a day elsewhere",
        "accept",
        at("2026-03-31T23:59:59"),
        settings="time_zone: Asia/Tokyo\n",
        values={"posted_at": [pd.Timestamp("2026-03-31 14:59:59")]},
    ),
    Case(
        90,
        "a year without a post: sums are over posts, nothing rests on days",
        "accept",
        at("2024-03-01", "2025-04-01"),
        values={"likes": [1, 2]},
    ),
    Case(
        91,
        "leap day and week 53",
        "accept",
        at("2024-02-29", "2026-01-01"),
        values={"likes": [1, 2]},
    ),
]
CONTAINERS = [
    Case(
        92,
        "packed file cut off",
        "file",
        gzip.compress(PLAIN.encode())[:-9],
        "cannot be read",
        name="posts.csv.gz",
    ),
    Case(93, "bomb", "file", bomb(64 << 20), "unpacks to more than 100 times", name="posts.csv.gz"),
    Case(94, "text called gz", "file", PLAIN, "cannot be read", name="posts.csv.gz"),
    Case(
        95,
        "archive",
        "file",
        archive(a=PLAIN, b=PLAIN),
        "is a packed download; unpack it",
        name="posts.zip",
    ),
    Case(95, "archive called csv", "file", archive(**{"../a.csv": PLAIN}), "a zip archive"),
    Case(
        96,
        "Parquet cut off",
        "file",
        parquet(ROWS)[:-20],
        "not a readable Parquet file",
        name="posts.parquet",
    ),
    Case(96, "magic alone", "file", b"PAR1", "not a readable Parquet file", name="posts.parquet"),
    Case(
        97,
        "one bit flipped",
        "file",
        bytes(FLIPPED),
        "not a readable Parquet file",
        name="posts.parquet",
    ),
    Case(
        98,
        "Parquet lacks a column",
        "file",
        parquet([{"platform": "tiktok", "followers": "1"}]),
        "also needs",
        name="posts.parquet",
    ),
    Case(
        98,
        "Parquet holds lists",
        "file",
        parquet([{**r, "likes": [1]} for r in ROWS]),
        "likes holds lists",
        name="posts.parquet",
    ),
    Case(
        99,
        "a key twice",
        "file",
        '[{"platform": "a", "platform": "b"}]',
        "names platform twice",
        name="posts.json",
    ),
    Case(99, "too deep", "file", "[" * 100_000, "nested too deeply", name="posts.json"),
    Case(
        99,
        "last line cut",
        "file",
        '{"platform": "tiktok"}\n{"platf',
        "not readable as JSON",
        name="posts.jsonl",
    ),
    Case(
        100, "pickle called csv", "file", PICKLE, "pickle, which can hold code; it was not opened"
    ),
    Case(100, "pickle", "file", PICKLE, "not a kind of file", name="posts.pkl"),
    Case(100, "numpy called csv", "file", array(), "numpy file, which can hold code"),
    Case(
        101,
        "formula",
        "file",
        workbook("=1+1"),
        "column likes: not a whole number",
        name="posts.xlsx",
    ),
    Case(
        102,
        "login page",
        "file",
        "<!DOCTYPE html><html><body>Log in</body></html>",
        "is a web page; was the login over",
    ),
]
CASES = [*ENCODING, *STRUCTURE, *IDS, *NUMBERS, *DATES, *CONTAINERS]

HOSTILE = "tests/corpus/test_hostile_text.py"
ELSEWHERE = {
    32: "tests/bench/test_panel_speed.py::test_a_roster_of_a_million_posts",  # of ten: not held
    51: f"{HOSTILE}::test_every_label_is_shown_as_it_was_written",
    88: "tests/panel/test_creators.py::test_both_ends_of_a_period_count",
    103: f"{HOSTILE}::test_no_label_is_a_formula_in_the_table_of_results",
    104: f"{HOSTILE}::test_a_browser_runs_nothing",
}
