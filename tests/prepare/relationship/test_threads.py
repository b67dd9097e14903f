"""Threads become comments with the delay of the creator's own first answer."""

import copy
import json

from analysis.prepare.forget import forget
from analysis.store.parquet import read_table

MEDIA = {
    "data": [
        {
            "id": "179",
            "username": "anna",
            "timestamp": "2026-01-01T00:00:00+0000",
            "like_count": 80,
            "comments_count": 4,
            "comments": {
                "data": [
                    {
                        "id": "c1",
                        "timestamp": "2026-01-01T00:01:00+0000",
                        "username": "fan",
                        "text": "where from? and how?",
                        "replies": {
                            "data": [
                                {
                                    "id": "r0",
                                    "timestamp": "2026-01-01T00:02:00+0000",
                                    "username": "other",
                                },
                                {
                                    "id": "r2",
                                    "timestamp": "2026-01-01T02:01:00+0000",
                                    "username": "anna",
                                },
                                {
                                    "id": "r1",
                                    "timestamp": "2026-01-01T01:01:00+0000",
                                    "username": "Anna",
                                },
                            ]
                        },
                    },
                    {
                        "id": "c2",
                        "timestamp": "2026-01-01T00:03:00+0000",
                        "username": "fan",
                        "text": "nice",
                    },
                    {
                        "id": "c3",
                        "timestamp": "2026-01-01T00:04:00+0000",
                        "username": "anna",
                        "text": "thanks",
                    },
                    {
                        "id": "c4",
                        "timestamp": "2025-12-31T00:04:00+0000",
                        "username": "fan",
                        "text": "early",
                    },
                ]
            },
        }
    ]
}
CREATORS = "platform,handle,niche,followers,account_id\n"


def comments_of(dataset):
    found = read_table(dataset.table_path("comments"))
    names = ["age_seconds", "is_by_creator", "reply_after_seconds", "is_question"]
    return found, found[names].astype("object").where(
        found[names].notna(), None
    ).to_numpy().tolist()


def test_comments_of_instagrams_api(run, arrived):
    roster = CREATORS + "instagram,anna,food,5000,\n"
    dataset = run(arrived({"creators.csv": roster, "media.json": json.dumps(MEDIA)}))
    found, rows = comments_of(dataset)
    assert rows == [
        [60, False, 3600, True],  # anna's first answer came an hour later; another's does not count
        [180, False, None, False],
        [240, True, None, False],
    ]
    assert not {"author", "comment_id", "parent_id", "written_at"} & set(found.columns)
    assert not (dataset.folder / "threads.parquet").exists(), "who wrote them never leaves"
    counts = {f.file.partition("#")[2]: f for f in dataset.manifest.files if f.table == "threads"}
    first, answers = counts["data.comments.data"], counts["data.comments.data.replies.data"]
    assert (first.kept, first.merged, first.excluded) == (3, 0, 1)
    assert (answers.kept, answers.merged, answers.excluded) == (0, 3, 0)
    [reason] = dataset.exclusions()["reason"]
    assert reason == "written before its post"


def of_youtube(posts):
    """Files in which the roster calls a channel anna and the threads call it UCanna."""

    def said(minute, author):
        at = f"2026-01-01T00:{minute:02}:00Z"
        return {"authorChannelId": {"value": author}, "publishedAt": at}

    answer = {"id": "t1.r1", "snippet": {**said(31, "UCanna"), "parentId": "t1"}}
    threads = [
        {
            "id": one,
            "snippet": {
                "channelId": "UCanna",
                "videoId": "v1",
                "topLevelComment": {"id": one, "snippet": said(minute, "UCfan")},
            },
            **({"replies": {"comments": [answer]}} if one == "t1" else {}),
        }
        for minute, one in ((1, "t1"), (2, "t2"))
    ]
    return {
        "creators.csv": CREATORS + "youtube,anna,food,5000,UCanna\nyoutube,bea,food,5000,UCbea\n",
        "posts.csv": f"platform,handle,post_id,posted_at,likes\n{posts}",
        "threads.json": json.dumps({"items": threads}),
    }


def test_comments_of_youtubes_api_know_the_owner_by_channel_id(run, arrived):
    """The roster calls the channel by its name, the answer by its id."""
    files = of_youtube("youtube,anna,v1,2026-01-01T00:00:00Z,9\n")
    _, rows = comments_of(run(arrived(files)))
    assert rows == [[60, False, 1800, None], [120, False, None, None]]


def test_who_was_forgotten_stays_out_under_the_channel_id_too(run, arrived, own_data):
    """Posts and threads call the channel by it; the list of handles had it again."""
    raw = arrived(of_youtube("youtube,UCanna,v1,2026-01-01T00:00:00Z,9\nyoutube,bea,v2,,9\n"))
    run(raw)
    folders = {"processed": own_data / "processed", "private": own_data / "private"}
    forget("youtube", "anna", **folders)
    for again in (False, True):
        if again:
            reasons = run(raw).exclusions()["reason"].tolist()
            assert reasons == ["erased at the creator's request"] * 5
        ways = [path.read_text(encoding="utf-8") for path in own_data.glob("private/*/handles.csv")]
        assert [way.lower().count("anna") for way in ways] == [0]
        assert "bea" in ways[0]


def test_of_a_post_in_both_tables_the_comments_count(run, arrived):
    files = {
        "creators.csv": CREATORS + "instagram,anna,food,5000,\n",
        "comments.csv": "platform,handle,post_id,age_seconds,is_by_creator\n"
        "instagram,anna,179,7,no\n",
        "media.json": json.dumps(MEDIA),
    }
    _, rows = comments_of(run(arrived(files)))
    assert rows == [[7, False, None, None]]


def test_a_comment_that_two_files_list_counts_once(run, arrived):
    """Each export reaches back; the later one has one comment and one answer more."""
    later = copy.deepcopy(MEDIA)
    comments = later["data"][0]["comments"]["data"]
    comments.append({"id": "c5", "timestamp": "2026-01-01T00:05:00+0000", "username": "fan"})
    answer = {"id": "r5", "timestamp": "2026-01-01T00:13:00+0000", "username": "anna"}
    comments[1]["replies"] = {"data": [answer]}
    files = {
        "creators.csv": CREATORS + "instagram,anna,food,5000,\n",
        "1.json": json.dumps(MEDIA),
        "2.json": json.dumps(later),
    }
    dataset = run(arrived(files))
    _, rows = comments_of(dataset)
    assert rows == [
        [60, False, 3600, True],
        [180, False, 600, False],  # the earlier export has no answer yet
        [240, True, None, False],
        [300, False, None, False],
    ]
    threads = [f for f in dataset.manifest.files if f.table == "threads"]
    told = {f.file: (f.rows_read, f.kept, f.merged, f.duplicates, f.excluded) for f in threads}
    assert told == {
        "1.json#data.comments.data": (4, 3, 0, 0, 1),
        "1.json#data.comments.data.replies.data": (3, 0, 3, 0, 0),
        "2.json#data.comments.data": (5, 1, 0, 3, 1),
        "2.json#data.comments.data.replies.data": (4, 0, 1, 3, 0),
    }
