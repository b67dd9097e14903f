"""Further headers of real tools, scrapers, research sets and spreadsheets, as in headers.py.

A source is a tool's documentation, a public repository, or ("kept by hand") a sheet as brands and
agencies keep it.
"""

from tests.corpus.headers import ACCOUNTS, KINDS, Header, N


def _rows(make):
    return [make(n, n // 3) for n in range(N)]


LANDS = [
    "France",
    "Germany",
    "Spain",
    "Italy",
    "Poland",
    "Turkey",
    "Japan",
    "Brazil",
    "Portugal",
    "Austria",
    "Belgium",
    "Norway",
]

KINDS["one"] = _rows(lambda n, a: "anna_k")
KINDS["at"] = _rows(lambda n, a: f"@{ACCOUNTS[a]}")
KINDS["ats"] = _rows(lambda n, a: f"@{ACCOUNTS[a]}_{n}")
KINDS["one_grow"] = _rows(lambda n, a: str(48213 + 53 * n))
KINDS["one_likes_grow"] = _rows(lambda n, a: str(912004 + 811 * n))
KINDS["one_posts_grow"] = _rows(lambda n, a: str(310 + n // 4))
KINDS["grow"] = _rows(lambda n, a: str(12000 * (a + 1) + 37 * (n % 3)))
KINDS["posts_grow"] = _rows(lambda n, a: str(210 * (a + 1) + n % 3))
KINDS["total_grow"] = _rows(lambda n, a: str(5_000_000 * (a + 1) + 9173 * (n % 3)))
KINDS["day3"] = _rows(lambda n, a: f"2026-03-0{n % 3 + 1}")
KINDS["week3"] = _rows(lambda n, a: f"2026-03-{2 + 7 * (n % 3):02}")
KINDS["hour3"] = _rows(lambda n, a: f"2026-03-01 0{n % 3 + 7}:00:00")
KINDS["hours"] = _rows(lambda n, a: f"2026-03-01 {n + 6:02}:00:00")
KINDS["moment"] = _rows(lambda n, a: f"2026-03-{n + 1:02} 18:{n + 20}:07")
KINDS["exported"] = _rows(lambda n, a: "2026-04-01T06:00:00.000Z")
KINDS["opened"] = _rows(lambda n, a: f"20{n + 10}-05-1{n % 9}T08:11:00Z")
KINDS["platform_of"] = _rows(lambda n, a: ("Instagram", "TikTok", "Instagram", "YouTube")[a])
KINDS["link_of"] = _rows(
    lambda n, a: (
        f"https://www.instagram.com/reel/CaAa{n:03}x/",
        f"https://www.tiktok.com/@{ACCOUNTS[a]}/video/{7527623000473079054 + n}",
    )[n % 2]
)
KINDS["xhs"] = _rows(lambda n, a: f"https://www.xiaohongshu.com/explore/66f1a0b2000000001e03{n:04}")
KINDS["xhsid"] = _rows(lambda n, a: f"66f1a0b2000000001e03{n:04}")
KINDS["hexuser"] = _rows(lambda n, a: f"5c1f0e9b000000000700aa0{a}")
KINDS["dy"] = _rows(lambda n, a: f"https://www.douyin.com/video/{7527623000473079054 + n}")
KINDS["ttprofile"] = _rows(lambda n, a: f"https://www.tiktok.com/@{ACCOUNTS[a]}_{n}")
KINDS["thumb"] = _rows(lambda n, a: f"https://i.ytimg.com/vi/aB-cdEf{n:04}/default.jpg")
KINDS["igimage"] = _rows(lambda n, a: f"https://scontent.cdninstagram.com/v/t51/{n:04}.jpg")
KINDS["uploadlist"] = _rows(lambda n, a: f"UUabcdefghijklmnopqrs{n:03}")
KINDS["bitly"] = _rows(lambda n, a: f"https://bit.ly/3aB{n:02}x")
KINDS["shoplink"] = _rows(
    lambda n, a: f"https://shop.example/tea?utm_source=instagram&utm_content=ANNA{10 + n}"
)
KINDS["num17"] = _rows(lambda n, a: str(17890000000000001 + 10**9 * n))
KINDS["fraction"] = _rows(lambda n, a: f"0.0{31 + n}")
KINDS["points"] = _rows(lambda n, a: f"{12 + n}.{450 + n}")
KINDS["uploads"] = _rows(lambda n, a: str(140 + 93 * a))
KINDS["pagelikes"] = _rows(lambda n, a: str(8700 + 39800 * n))
KINDS["client"] = _rows(lambda n, a: ("iPhone", "Web App")[n % 2])
KINDS["profile_one"] = _rows(lambda n, a: "https://www.instagram.com/anna_k/")
KINDS["name_one"] = _rows(lambda n, a: "Anna Muster")
KINDS["wan"] = _rows(lambda n, a: f"{12 + n}.5万")
KINDS["saves"] = _rows(lambda n, a: str(11 + 3 * n))
KINDS["reached"] = _rows(lambda n, a: str(1900 + 207 * n))
KINDS["gained"] = _rows(lambda n, a: str(3 + 2 * n))
KINDS["lost"] = _rows(lambda n, a: str(1 + n % 3))
KINDS["fees"] = _rows(lambda n, a: str(250 + 50 * n))
KINDS["eurode"] = _rows(lambda n, a: f"{250 + 50 * n},00 €")
KINDS["costs"] = _rows(lambda n, a: f"{30 + n},90 €")
KINDS["rev"] = _rows(lambda n, a: f"{310 + 41 * n}.20")
KINDS["revde"] = _rows(lambda n, a: f"{310 + 41 * n},20 €")
KINDS["small_money"] = _rows(lambda n, a: f"{4 + n}.35")
KINDS["refunds"] = _rows(lambda n, a: ("0.00", "0.00", "25.90")[n % 3])
KINDS["paid"] = _rows(lambda n, a: ("paid", "pending", "paid", "voided")[n % 4])
KINDS["wcstatus"] = _rows(lambda n, a: ("completed", "processing", "refunded")[n % 3])
KINDS["approved"] = _rows(lambda n, a: ("APPROVED", "PENDING", "DENIED")[n % 3])
KINDS["pagado"] = _rows(lambda n, a: ("Recibido", "Pendiente")[n % 2])
KINDS["abierta"] = _rows(lambda n, a: ("Cerrada", "Abierta", "Cancelada")[n % 3])
KINDS["enviado"] = _rows(lambda n, a: ("Enviado", "No está empaquetado")[n % 2])
KINDS["cancelled"] = _rows(lambda n, a: ("", "", f"2026-03-{n + 9:02} 09:00:00")[n % 3])
KINDS["basis"] = _rows(lambda n, a: ("post", "order")[n % 2])
KINDS["stage"] = _rows(lambda n, a: ("live", "briefed", "paid")[n % 3])
KINDS["gender"] = _rows(lambda n, a: ("Female", "Male")[n % 2])
KINDS["tag"] = _rows(lambda n, a: f"#teatok{n}")
KINDS["tags"] = _rows(lambda n, a: f"#tea #cup{n}")
KINDS["lands"] = _rows(lambda n, a: LANDS[n])
KINDS["city"] = _rows(lambda n, a: ("Milano", "Roma", "Torino", "Bari")[a])
KINDS["ticker"] = _rows(lambda n, a: ("ACME", "BETA", "CORP", "DYNE")[a])
KINDS["third"] = _rows(lambda n, a: str(n % 3 + 1))
KINDS["age"] = _rows(lambda n, a: str(4 + 3 * n))
KINDS["binary"] = _rows(lambda n, a: ("0", "1")[n % 2])
KINDS["medium"] = _rows(lambda n, a: ("instagram / influencer", "tiktok / influencer")[n % 2])
KINDS["marks"] = _rows(lambda n, a: f"anna_{10 + n}")
KINDS["codeone"] = _rows(lambda n, a: ("ANNA10", "BEA10", "CARL10", "DORA10")[a])
KINDS["brand_names"] = _rows(lambda n, a: ("Tea & Co", "Cup GmbH")[n % 2])
KINDS["kg"] = _rows(lambda n, a: ("图文", "视频")[n % 2])

FURTHER = [
    # -- days, weeks and hours of accounts -----------------------------------------------------
    Header(
        "socialblade-days",
        "Social Blade, daily table of Instagram accounts saved from its pages, as a thesis did",
        "Date=day3 | Username=handle | Followers=grow | Following=small | Media=posts_grow",
        "creators.handle: Username | creators.followers: Followers"
        " | creators.followers_as_of: Date | creators.lifetime_posts: Media"
        " | creators.platform: =instagram",
        "handle followers",
    ),
    Header(
        "tiktok-account-by-hand",
        "TikTok figures of one account copied into a CSV, in a public repository",
        "date=day | followers=one_grow | following=number27 | video_count=one_posts_grow",
        "creators.followers: followers | creators.followers_as_of: date"
        " | creators.lifetime_posts: video_count | creators.platform: =tiktok",
        "followers",
    ),
    Header(
        "account-daily",
        "account_daily.csv of an analytics repository, in a public repository",
        "platform=platform_of | account_name=handle | date=day3 | followers=grow | following=small"
        " | post_count=posts_grow",
        "creators.platform: platform | creators.handle: account_name"
        " | creators.followers: followers | creators.followers_as_of: date"
        " | creators.lifetime_posts: post_count",
        "platform handle followers",
    ),
    Header(
        "dias-de-una-cuenta",
        "CSV of daily figures that a Spanish dashboard takes, in a public repository",
        "fecha=day | seguidores=one_grow | alcance=more | engagement=average | likes=likes",
        "creators.followers: seguidores | creators.followers_as_of: fecha",
        "followers",
    ),
    Header(
        "hours-of-tiktok-accounts",
        "snapshots table of a TikTok tracker, in a public repository",
        "id=id | username=handle | followers=grow | following=small | likes=total_grow"
        " | videos=posts_grow | recorded_at=hour3",
        "creators.handle: username | creators.followers: followers"
        " | creators.lifetime_likes: likes | creators.lifetime_posts: videos"
        " | creators.followers_as_of: recorded_at | creators.platform: =tiktok",
        "handle followers",
    ),
    Header(
        "weeks-of-channels",
        "weekly sheet of YouTube channels, kept by hand",
        "Week starting=week3 | Channel ID=chan | Channel=title | Subscribers=grow"
        " | Total views=total_grow | Videos=posts_grow | Subs gained=net",
        "creators.handle: Channel / Channel ID | creators.account_id: Channel ID"
        " | creators.followers: Subscribers | creators.lifetime_views: Total views"
        " | creators.lifetime_posts: Videos | creators.followers_as_of: Week starting"
        " | creators.platform: =youtube",
        "followers",
    ),
    Header(
        "xiaohongshu-hours",
        "hours of one Xiaohongshu account, in a public repository",
        "采集时间=hours | 粉丝数=one_grow | 获赞与收藏=one_likes_grow | 浏览量=more",
        "creators.followers: 粉丝数 | creators.followers_as_of: 采集时间"
        " | creators.platform: =xiaohongshu",
        "followers",
    ),
    Header(
        "instagram-insights-days",
        "daily insights of one Instagram account, whose views are of its profile",
        "Date=day | Profile views=views | Website clicks=clicks | Reach=more"
        " | Followers gained=net | Total followers=one_grow",
        "creators.followers: Total followers | creators.followers_as_of: Date"
        " | creators.platform: =instagram",
        "followers",
    ),
    Header(
        "channel-daily-gains",
        "fact table of a channel's days by the YouTube Analytics API, found in public dbt code",
        "channel_id=chan | date=day3 | views=views | likes=likes | comments=comments"
        " | estimated_minutes_watched=more | subscribers_gained=gained | subscribers_lost=lost"
        " | net_subscribers=net | snapshot_date=export",
        "creators.handle: channel_id | creators.account_id: channel_id"
        " | creators.platform: =youtube",
        "",
    ),
    Header(
        "youtube-studio-days",
        "YouTube Studio, chart data by date: subscribers are the day's change",
        "Date=day | Views=views | Watch time (hours)=average | Subscribers=net"
        " | Estimated revenue (EUR)=small_money",
        "none.none: x",
        "",
    ),
    Header(
        "reach-by-day",
        "Instagram-Reach.csv, a course's reach of one account by day, in a public repository",
        "Date=iso | Instagram reach=more",
        "none.none: x",
        "",
    ),
    # -- posts -----------------------------------------------------------------------------------
    Header(
        "own-posts",
        "own_posts.csv of an analytics repository, in a public repository",
        "platform=platform_of | post_id=num19 | account_name=handle | posted_at=iso | text=caption"
        " | media_type=type | impressions=more | reach=reached | views=views | likes=likes"
        " | comments=comments | shares=comments | saves=saves | hashtags=tags",
        "posts.platform: platform | posts.post_id: post_id | posts.handle: account_name"
        " | posts.posted_at: posted_at | posts.format: media_type | posts.reach: reach"
        " | posts.views: views | posts.likes: likes | posts.comments: comments"
        " | posts.shares: shares | posts.saves: saves",
        "platform post_id handle posted_at reach views likes comments shares saves",
    ),
    Header(
        "xiaohongshu-notes-collected",
        "browser extension that collects Xiaohongshu notes, in a public repository",
        "笔记ID=xhsid | 笔记链接=xhs | 博主ID=hexuser | 博主昵称=title | 小红书号=handle"
        " | 粉丝数=followers | 获赞与收藏=total | 笔记类型=kg | 笔记标题=text | 笔记话题=tags"
        " | 点赞量=likes | 收藏量=saves | 评论量=comments | 分享量=comments | 发布时间=moment"
        " | 采集时间=export",
        "posts.post_id: 笔记ID / 笔记链接 | posts.link: 笔记链接"
        " | posts.handle: 小红书号 / 博主昵称 / 博主ID | posts.format: 笔记类型"
        " | posts.likes: 点赞量 | posts.saves: 收藏量 | posts.comments: 评论量"
        " | posts.shares: 分享量 | posts.posted_at: 发布时间 | posts.platform: =xiaohongshu"
        " | creators.handle: 小红书号 / 博主昵称 / 博主ID | creators.account_id: 博主ID / 小红书号"
        " | creators.followers: 粉丝数 | creators.followers_as_of: 采集时间"
        " | creators.platform: =xiaohongshu",
        "followers likes comments",
    ),
    Header(
        "douyin-collected",
        "browser extension that collects Douyin videos, in a public repository",
        "视频ID=num19 | 视频链接=dy | 达人UID=uid | 抖音号=handle | 达人昵称=title"
        " | 粉丝数=followers | 获赞=total | 视频描述=caption | 点赞量=likes | 收藏量=saves"
        " | 评论量=comments | 分享量=comments | 推荐量=comments | 播放量=views | 发布时间=moment"
        " | 采集时间=export | 视频时长=seconds",
        "posts.post_id: 视频ID / 视频链接 | posts.link: 视频链接"
        " | posts.handle: 抖音号 / 达人昵称 / 达人UID | posts.likes: 点赞量 | posts.saves: 收藏量"
        " | posts.comments: 评论量 | posts.shares: 分享量 | posts.views: 播放量"
        " | posts.posted_at: 发布时间 | posts.platform: =douyin"
        " | creators.handle: 抖音号 / 达人昵称 / 达人UID | creators.account_id: 达人UID"
        " | creators.followers: 粉丝数 | creators.lifetime_likes: 获赞"
        " | creators.followers_as_of: 采集时间 | creators.platform: =douyin",
        "followers likes comments views",
    ),
    Header(
        "xiaohongshu-own-notes",
        "Xiaohongshu creator centre, notes of one account, in a public repository",
        "笔记标题=text | 发布时间=moment | 曝光=more | 观看=views | 点赞=likes | 评论=comments"
        " | 收藏=saves | 分享=comments | 涨粉=gained | 平均观看时长=rank",
        "posts.posted_at: 发布时间 | posts.views: 观看 | posts.likes: 点赞 | posts.comments: 评论"
        " | posts.saves: 收藏 | posts.shares: 分享 | posts.platform: =xiaohongshu",
        "likes comments",
    ),
    Header(
        "japanese-videos",
        "videos of one YouTube channel in Japanese, in a public repository",
        "タイトル=text | 投稿日=day | 再生回数=views | 高評価数=likes | コメント数=comments"
        " | 拡散率=average | 動画尺=seconds | URL=yt",
        "posts.posted_at: 投稿日 | posts.views: 再生回数 | posts.likes: 高評価数"
        " | posts.comments: コメント数 | posts.link: URL | posts.post_id: URL"
        " | posts.platform: =youtube",
        "posted_at views comments link platform",
    ),
    Header(
        "youtube-by-day-of-export",
        "output_video.tsv, with the day of the export first, in a public repository",
        "dt=export | publishedAt=iso | channelId=chan | channelTitle=title | videoId=vid"
        " | title=text | thumbnails=thumb | tags=tags | viewCount=views | likeCount=likes"
        " | dislikeCount=lost | favoriteCount=zero | commentCount=comments",
        "posts.posted_at: publishedAt | posts.handle: channelTitle / channelId"
        " | posts.post_id: videoId | posts.views: viewCount | posts.likes: likeCount"
        " | posts.comments: commentCount | posts.platform: =youtube",
        "posted_at post_id views likes comments",
        delimiter="\t",
    ),
    Header(
        "mexican-influencers",
        "erickmoreno/influencers-data, Instagram posts of Mexican influencers",
        "date=day | username=handle | content=text | likes=likes | comments=comments | cleanUrl=ig",
        "posts.posted_at: date | posts.handle: username | posts.likes: likes"
        " | posts.comments: comments | posts.link: cleanUrl | posts.post_id: cleanUrl"
        " | posts.platform: =instagram",
        "posted_at handle likes comments platform",
        delimiter=";",
    ),
    Header(
        "instagram-data-course",
        "Kaggle, Instagram data.csv: posts of one account, in a public repository",
        "Impressions=more | From Home=views | From Hashtags=reached | From Explore=reached"
        " | From Other=gained | Saves=saves | Comments=comments | Shares=comments | Likes=likes"
        " | Profile Visits=gained | Follows=lost | Caption=caption | Hashtags=tags",
        "posts.saves: Saves | posts.comments: Comments | posts.shares: Shares"
        " | posts.likes: Likes | posts.profile_visits: Profile Visits"
        " | posts.platform: =instagram",
        "saves comments shares likes profile_visits",
    ),
    Header(
        "graph-media-insights",
        "Instagram Graph API, media of one account with insights, as documented, flattened",
        "id=num17 | timestamp=iso | media_type=type | permalink=ig | like_count=likes"
        " | comments_count=comments | reach=reached | saved=saves | shares=comments"
        " | total_interactions=views | profile_visits=gained | follows=lost",
        "posts.post_id: id / permalink | posts.posted_at: timestamp | posts.format: media_type"
        " | posts.link: permalink | posts.likes: like_count | posts.comments: comments_count"
        " | posts.reach: reach | posts.saves: saved | posts.shares: shares"
        " | posts.profile_visits: profile_visits | posts.platform: =instagram",
        "posted_at likes comments reach shares profile_visits link platform",
    ),
    Header(
        "phantombuster",
        "PhantomBuster, Instagram profile posts of one account; timestamp is of the extraction",
        "postUrl=ig | description=caption | commentCount=comments | likeCount=likes | pubDate=iso"
        " | isSidecar=flag | type=type | profileUrl=profile_one | username=one"
        " | fullName=name_one | imgUrl=igimage | postId=num19 | timestamp=exported"
        " | query=profile_one",
        "posts.link: postUrl | posts.post_id: postId / postUrl | posts.comments: commentCount"
        " | posts.likes: likeCount | posts.posted_at: pubDate | posts.format: type"
        " | posts.handle: username / profileUrl | posts.platform: =instagram",
        "post_id comments likes posted_at handle platform",
    ),
    Header(
        "metricool",
        "Metricool, list of Instagram posts, as documented",
        "Image=igimage | Title=text | Type=type | Date=moment | URL=ig | Views=views"
        " | Reach=reached"
        " | Likes=likes | Saved=saves | Comments=comments | Shares=comments | Interactions=more"
        " | Engagement=rate",
        "posts.format: Type | posts.posted_at: Date | posts.link: URL | posts.post_id: URL"
        " | posts.views: Views | posts.reach: Reach | posts.likes: Likes | posts.saves: Saved"
        " | posts.comments: Comments | posts.shares: Shares | posts.platform: =instagram",
        "views reach likes comments shares link platform",
    ),
    Header(
        "turkish-posts",
        "posts in Turkish, kept by hand",
        "Kullanıcı adı=handle | Gönderi tarihi=eu | Beğeni=likes | Yorum=comments"
        " | Görüntülenme=views | Erişim=reached | Kaydetme=saves | Paylaşım=comments",
        "posts.handle: Kullanıcı adı | posts.posted_at: Gönderi tarihi | posts.likes: Beğeni"
        " | posts.comments: Yorum | posts.views: Görüntülenme | posts.reach: Erişim"
        " | posts.saves: Kaydetme | posts.shares: Paylaşım",
        "handle likes comments",
        delimiter=";",
    ),
    Header(
        "tweets-with-authors",
        "posts of X with their authors, as snscrape and twscrape save them",
        "tweet_id=num19 | username=handle | followers_count=followers | date=iso | content=text"
        " | like_count=likes | reply_count=comments | retweet_count=comments | quote_count=lost"
        " | view_count=views | source=client",
        "posts.post_id: tweet_id | posts.handle: username | posts.posted_at: date"
        " | posts.likes: like_count | posts.comments: reply_count | posts.shares: retweet_count"
        " | posts.views: view_count | posts.platform: =x / =twitter | creators.handle: username"
        " | creators.followers: followers_count | creators.platform: =x / =twitter",
        "post_id handle posted_at likes views followers",
    ),
    Header(
        "brand24-mentions",
        "Brand24, mentions: reach is estimated, followers are of the mention's day",
        "Date=moment | Author=handle | Source=platform | URL=link_of | Influence score=rank"
        " | Followers=followers | Estimated social media reach=views | Likes=likes"
        " | Comments=comments | Shares=comments | Sentiment=type",
        "posts.posted_at: Date | posts.handle: Author | posts.platform: Source"
        " | posts.link: URL | posts.post_id: URL | posts.likes: Likes | posts.comments: Comments"
        " | posts.shares: Shares | posts.followers_at_posting: Followers"
        " | creators.handle: Author | creators.platform: Source | creators.followers: Followers",
        "likes comments shares",
    ),
    Header(
        "numbered-research-posts",
        "research set without names: numbers of accounts, and of posts within an account",
        "influencer_no=small | post_no=third | followers=followers | days_since_posting=age"
        " | likes=likes | comments=comments | sponsored=binary | caption_length=rank",
        "posts.handle: influencer_no | posts.age_days: days_since_posting | posts.likes: likes"
        " | posts.comments: comments | posts.is_sponsored: sponsored"
        " | posts.followers_at_posting: followers | creators.handle: influencer_no"
        " | creators.followers: followers",
        "likes comments",
    ),
    Header(
        "indexed-tiktok",
        "Kaggle, TikTok videos saved by pandas with its line number",
        "Unnamed: 0=id | video_id=num19 | author=handle | author_followers=followers"
        " | author_likes=total | create_time=unix | plays=views | likes=likes | shares=comments"
        " | comments=comments | likes_per_view=fraction | duration=rank",
        "posts.post_id: video_id | posts.handle: author | posts.posted_at: create_time"
        " | posts.views: plays | posts.likes: likes | posts.shares: shares"
        " | posts.comments: comments | posts.views_kind: =plays | creators.handle: author"
        " | creators.followers: author_followers | creators.lifetime_likes: author_likes"
        " | posts.platform: =tiktok | creators.platform: =tiktok",
        "post_id handle posted_at likes shares comments followers",
    ),
    Header(
        "videos-with-channel-totals",
        "YouTube Data API, videos joined with their channel's counts, as analysts save them",
        "video_id=vid | title=text | published_at=iso | view_count=views | like_count=likes"
        " | comment_count=comments | channel_id=chan | channel_title=title"
        " | channel_subscribers=followers | channel_view_count=total | channel_video_count=uploads"
        " | channel_published_at=none",
        "posts.post_id: video_id | posts.posted_at: published_at | posts.views: view_count"
        " | posts.likes: like_count | posts.comments: comment_count"
        " | posts.handle: channel_title / channel_id | creators.handle: channel_title / channel_id"
        " | creators.account_id: channel_id | creators.followers: channel_subscribers"
        " | creators.lifetime_views: channel_view_count"
        " | creators.lifetime_posts: channel_video_count"
        " | posts.platform: =youtube | creators.platform: =youtube",
        "post_id posted_at views likes comments followers",
    ),
    Header(
        "campaign-hashtag-posts",
        "hashtag report of a brand's campaign in a monitoring tool (Keyhole, Talkwalker)",
        "Post ID=num19 | Username=at | User followers=followers | Post date=moment | Post URL=tt"
        " | Video plays=views | Likes=likes | Comments=comments | Potential impressions=more"
        " | Engagement rate=rate | Language=country",
        "posts.post_id: Post ID / Post URL | posts.handle: Username / Post URL"
        " | posts.posted_at: Post date | posts.link: Post URL | posts.views: Video plays"
        " | posts.likes: Likes | posts.comments: Comments | posts.views_kind: =plays"
        " | posts.platform: =tiktok | creators.handle: Username"
        " | creators.followers: User followers | creators.platform: =tiktok",
        "post_id handle posted_at likes comments followers link platform",
    ),
    Header(
        "vidiq-outliers",
        "list of one channel's videos by a browser plug-in, mostly rates",
        "Video=text | Video URL=yt | Published=day | Views=views | Views per hour=average"
        " | Likes per view=fraction | Engagement=rate | Outlier score=average",
        "posts.link: Video URL | posts.post_id: Video URL | posts.posted_at: Published"
        " | posts.views: Views | posts.platform: =youtube",
        "views link platform",
    ),
    # -- lists of accounts -----------------------------------------------------------------------
    Header(
        "tiktok-top-sep-2022",
        "Kaggle, top TikTok influencers of September 2022, in a public repository",
        "S.no=id | Tiktoker name=handles | Tiktok name=titles | Subscribers=short"
        " | Views avg.=short | Likes avg.=short | Comments avg.=views | Shares avg.=likes",
        "creators.handle: Tiktoker name / Tiktok name | creators.followers: Subscribers"
        " | creators.platform: =tiktok",
        "followers",
    ),
    Header(
        "instagram-top-scraped",
        "Kaggle, top 1000 social media channels, Instagram, with the country of the audience",
        "Rank=rank | Account=handles | Title=person | Link=profile | Category=niche"
        " | Followers=sizes | Audience Country=country | Authentic engagement=views"
        " | Engagement avg=views | Scraped=export",
        "creators.handle: Account / Link | creators.niche: Category"
        " | creators.followers: Followers | creators.followers_as_of: Scraped"
        " | creators.platform: =instagram",
        "followers niche platform",
    ),
    Header(
        "healthkart-influencers",
        "HealthKart, influencers.csv: the id is a line number",
        "id=id | name=person | category=niche | gender=gender | follower_count=sizes"
        " | platform=platform",
        "creators.handle: name / id | creators.niche: category"
        " | creators.followers: follower_count | creators.platform: platform",
        "niche followers platform",
    ),
    Header(
        "exolyt-accounts",
        "TikTok accounts of an analysis tool (Exolyt, Pentos), with likes per view and in total",
        "Username=handles | Profile=ttprofile | Followers=sizes | Total likes=totals | Videos=views"
        " | Likes per video=average | Likes per view=fraction | Followers gained (30 days)=net"
        " | Region=country",
        "creators.handle: Username / Profile | creators.followers: Followers"
        " | creators.lifetime_likes: Total likes | creators.lifetime_posts: Videos"
        " | creators.country: Region | creators.platform: =tiktok",
        "handle followers",
    ),
    Header(
        "channels-opened",
        "YouTube Data API, channels with the moment of opening and their @ name",
        "Channel Id=chans | Channel Title=titles | Custom Url=ats | Channel Created At=opened"
        " | Country=country | Subscribers=sizes | Total Views=totals | Total Videos=views"
        " | Uploads Playlist=uploadlist",
        "creators.handle: Custom Url / Channel Title / Channel Id"
        " | creators.account_id: Channel Id | creators.country: Country"
        " | creators.followers: Subscribers | creators.lifetime_views: Total Views"
        " | creators.lifetime_posts: Total Videos | creators.platform: =youtube",
        "followers country",
    ),
    Header(
        "credibility",
        "reapx/creator-credibility-scorer on Apify, output as documented",
        "canonicalHandle=handles | credibilityScore=rank | verified=flag | engagementRate=fraction"
        " | followerCount=sizes | followerGrowth30d=rate | followerSpikeFlag=flag"
        " | commentAuthorRepeatRate=fraction | daysTracked=number27 | scrapedAt=exported",
        "creators.handle: canonicalHandle | creators.followers: followerCount"
        " | creators.followers_as_of: scrapedAt",
        "handle followers",
    ),
    Header(
        "modash-list",
        "Modash, exported list, as documented: averages and a share of fake followers",
        "Platform=platform | Username=handles | Full name=person | Followers=sizes"
        " | Fake followers=rate | Avg. Reels plays=views | Avg. likes=likes"
        " | Estimated impressions=more | Country=country | Date added=export",
        "creators.platform: Platform | creators.handle: Username | creators.followers: Followers"
        " | creators.country: Country",
        "platform handle followers country",
    ),
    Header(
        "facebook-pages-portuguese",
        "Facebook pages collected by an app, in Portuguese, in a public repository",
        "Nome=titles | Categoria=niche | Seguidores=sizes | Curtidas=pagelikes | Website=profile"
        " | Telefone=uids | Data=export",
        "creators.handle: Nome | creators.niche: Categoria | creators.followers: Seguidores"
        " | creators.followers_as_of: Data | creators.platform: =facebook",
        "niche followers",
    ),
    Header(
        "agency-talents",
        "roster of an agency: a person has accounts on several platforms, kept by hand",
        "Talent=title | Platform=platform | Handle=ats | Followers=short | Vertical=niche"
        " | Market=country | Engagement=rate | Last update=export",
        "creators.person: Talent | creators.platform: Platform | creators.handle: Handle"
        " | creators.followers: Followers | creators.niche: Vertical | creators.country: Market"
        " | creators.followers_as_of: Last update",
        "platform handle followers",
    ),
    # -- price lists -----------------------------------------------------------------------------
    Header(
        "polish-prices",
        "price list of an agency in Polish, kept by hand",
        "Nazwa profilu=handles | Platforma=platform | Obserwujący=sizes | Kategoria=niche"
        " | Cena za post (PLN)=fees | Cena za relację (PLN)=fees | Średni zasięg=average",
        "creators.handle: Nazwa profilu | creators.platform: Platforma"
        " | creators.followers: Obserwujący | creators.niche: Kategoria"
        " | placements.handle: Nazwa profilu | placements.platform: Platforma"
        " | placements.fee: Cena za post (PLN) / Cena za relację (PLN)"
        " | placements.currency: =PLN | placements.campaign: =",
        "platform followers niche",
        delimiter=";",
    ),
    Header(
        "italian-prices",
        "rate card of Instagram creators in Italian, kept by hand",
        "Nome utente=handles | Follower=points | Tasso di interazione=rate"
        " | Costo per Reel (€)=fees | Costo per Storia (€)=fees | Città=city",
        "creators.handle: Nome utente | creators.followers: Follower"
        " | creators.platform: =instagram | placements.handle: Nome utente"
        " | placements.fee: Costo per Reel (€) / Costo per Storia (€)"
        " | placements.platform: =instagram | placements.currency: =EUR"
        " | placements.campaign: =",
        "handle",
        delimiter=";",
    ),
    Header(
        "chinese-quotes",
        "creator marketplace (Xingtu), quotes by length of video, in Chinese",
        "达人昵称=titles | 抖音号=handles | 粉丝数=wan | 内容类型=niche | 1-20s报价=fees"
        " | 21-60s报价=fees | 预期CPM=small_money | 预期播放量=more | 完播率=rate",
        "creators.handle: 抖音号 / 达人昵称 | creators.followers: 粉丝数 | creators.niche: 内容类型"
        " | creators.platform: =douyin | placements.handle: 抖音号 / 达人昵称"
        " | placements.fee: 1-20s报价 / 21-60s报价 | placements.platform: =douyin"
        " | placements.currency: =CNY | placements.campaign: =",
        "followers",
    ),
    # -- campaign results ------------------------------------------------------------------------
    Header(
        "healthkart-posts",
        "HealthKart, posts.csv: accounts by their number",
        "influencer_id=small | platform=platform | date=day | URL=link_of | caption=caption"
        " | reach=reached | likes=likes | comments=comments",
        "posts.handle: influencer_id | posts.platform: platform | posts.posted_at: date"
        " | posts.link: URL | posts.post_id: URL | posts.reach: reach | posts.likes: likes"
        " | posts.comments: comments",
        "platform reach likes comments",
    ),
    Header(
        "healthkart-payouts",
        "HealthKart, payouts.csv: the rate is per post or order",
        "influencer_id=id | basis=basis | rate=fees | orders=orders | total_payout=rev",
        "placements.handle: influencer_id | placements.collaboration: basis"
        " | placements.orders: orders | placements.fee: total_payout | placements.campaign: =",
        "orders",
    ),
    Header(
        "healthkart-tracking",
        "HealthKart, tracking_data.csv: orders of users by influencer",
        "source=platform | campaign=campaign | influencer_id=small | user_id=uids | product=text"
        " | date=day | orders=orders | revenue=rev",
        "placements.platform: source | placements.campaign: campaign"
        " | placements.handle: influencer_id | placements.orders: orders"
        " | placements.revenue: revenue | tracked.utm: campaign / influencer_id"
        " | tracked.day: date | tracked.orders: orders | tracked.revenue: revenue",
        "orders revenue",
    ),
    Header(
        "collaborations",
        "campaign report of a collaboration tool, in a public repository",
        "campaign=campaign | influencer=handles | platform=platform | followers=sizes | fee=rev"
        " | stage=stage | reach=reached",
        "placements.campaign: campaign | placements.handle: influencer"
        " | placements.platform: platform | placements.fee: fee | placements.reach: reach"
        " | creators.handle: influencer | creators.platform: platform"
        " | creators.followers: followers",
        "campaign handle platform fee followers",
    ),
    Header(
        "roas-dashboard",
        "export of an influencer dashboard, in a public repository",
        "Influencer=handles | Platform=platform | Followers=sizes | Revenue=rev | Orders=orders"
        " | ROAS=average | Payout=fees",
        "placements.handle: Influencer | placements.platform: Platform"
        " | placements.revenue: Revenue | placements.orders: Orders | placements.fee: Payout"
        " | placements.campaign: = | creators.handle: Influencer | creators.platform: Platform"
        " | creators.followers: Followers",
        "handle platform followers revenue orders",
    ),
    Header(
        "german-campaign",
        "campaign sheet of a German agency, with costs and costs per click, kept by hand",
        "Kampagne=campaign | Influencer=handles | Kanal=platform | Posting-Datum=eu"
        " | Honorar=eurode | Produktkosten=costs | Agenturgebühr=costs | Reichweite=points"
        " | Klicks=clicks | Bestellungen=orders | Umsatz=revde | CPC=small_money | TKP=small_money"
        " | Rabattcode=code",
        "placements.campaign: Kampagne | placements.handle: Influencer"
        " | placements.platform: Kanal | placements.placed_at: Posting-Datum"
        " | placements.starts_on: Posting-Datum | placements.fee: Honorar"
        " | placements.product_cost: Produktkosten | placements.agency_fee: Agenturgebühr"
        " | placements.reach: Reichweite | placements.clicks: Klicks"
        " | placements.orders: Bestellungen | placements.revenue: Umsatz"
        " | placements.code: Rabattcode | placements.currency: =EUR",
        "campaign handle fee clicks orders revenue code",
        delimiter=";",
    ),
    Header(
        "french-campaign",
        "results of a French agency, with budgets that are plans, kept by hand",
        "Influenceur=handles | Réseau=platform | Abonnés=sizes | Budget prévu=fees"
        " | Portée=reached | Impressions=more | Clics=clicks | Ventes=orders | CA=rev"
        " | CPM=small_money",
        "placements.handle: Influenceur | placements.platform: Réseau | placements.reach: Portée"
        " | placements.impressions: Impressions | placements.clicks: Clics"
        " | placements.orders: Ventes | placements.revenue: CA | placements.campaign: ="
        " | creators.handle: Influenceur | creators.platform: Réseau"
        " | creators.followers: Abonnés",
        "platform followers impressions clicks",
        delimiter=";",
    ),
    Header(
        "storyclash-creators",
        "Storyclash by an Apify actor: creators with followers, cost, shop sales and link clicks",
        "creator=handles | network=platform | followers=sizes | posts=lost | media_value=rev"
        " | cost=fees | cost_per_click=small_money | link_clicks=clicks | shop_sales=rev",
        "placements.handle: creator | placements.platform: network | placements.fee: cost"
        " | placements.clicks: link_clicks | placements.revenue: shop_sales"
        " | placements.campaign: = | creators.handle: creator | creators.platform: network"
        " | creators.followers: followers",
        "handle platform followers clicks",
    ),
    Header(
        "grin-affiliates",
        "affiliate report of a creator tool (GRIN): sales are money",
        "Creator=person | Instagram Handle=ats | Discount Code=code | Link Clicks=clicks"
        " | Conversions=orders | Sales=dollars | Commission=small_money | AOV=money",
        "placements.handle: Instagram Handle | placements.code: Discount Code"
        " | placements.clicks: Link Clicks | placements.orders: Conversions"
        " | placements.revenue: Sales | placements.fee: Commission"
        " | placements.platform: =instagram | placements.currency: =USD | placements.campaign: ="
        " | tracked.code: Discount Code | tracked.clicks: Link Clicks"
        " | tracked.orders: Conversions | tracked.revenue: Sales | tracked.currency: =USD",
        "clicks code",
    ),
    Header(
        "emv",
        "reapx/campaign-emv-calculator on Apify, output as documented: reach is a proxy",
        "itemKey=uids | creatorHandle=handles | platform=platform | totalEngagements=views"
        " | reachProxy=more | earnedMediaValue=rev | costPerRealEngagement=small_money"
        " | scrapedAt=exported",
        "creators.handle: creatorHandle | creators.platform: platform"
        " | placements.handle: creatorHandle | placements.platform: platform"
        " | placements.campaign: =",
        "",
    ),
    Header(
        "seeding",
        "gifting sheet of a brand: value of the products, and who posted, kept by hand",
        "Brand=brand_names | Influencer=at | Platform=platform | Collab type=basis"
        " | Product value (EUR)=fees | Shipped on=day | Post link=link_of | Story views=views"
        " | Link clicks=clicks | Promo code=code | Code uses=orders",
        "placements.handle: Influencer | placements.platform: Platform"
        " | placements.collaboration: Collab type | placements.product_cost: Product value (EUR)"
        " | placements.link: Post link | placements.views: Story views"
        " | placements.clicks: Link clicks | placements.code: Promo code"
        " | placements.orders: Code uses | placements.currency: =EUR"
        " | placements.campaign: = / Brand | posts.handle: Influencer | posts.platform: Platform"
        " | posts.link: Post link | posts.post_id: Post link | posts.views: Story views",
        "handle platform clicks code",
    ),
    # -- orders, discounts, marks ----------------------------------------------------------------
    Header(
        "woocommerce-orders",
        "WooCommerce order export (SkyVerge, WebToffee), as documented",
        "order_id=uids | order_number=number | date=moment | status=wcstatus"
        " | shipping_total=small_money | discount_total=small_money | order_total=rev"
        " | refunded_total=refunds | order_currency=currency | payment_method=type"
        " | coupons=codeone | customer_note=none",
        "tracked.order_id: order_id / order_number | tracked.day: date | tracked.status: status"
        " | tracked.revenue: order_total | tracked.refunded_amount: refunded_total"
        " | tracked.currency: order_currency | tracked.code: coupons | tracked.orders: =1",
        "order_id day status revenue currency",
    ),
    Header(
        "tiendanube-orders",
        "Tiendanube, ventas: orders in Spanish, as documented",
        "Número de orden=uids | Fecha=eu | Estado de la orden=abierta | Estado del pago=pagado"
        " | Estado del envío=enviado | Moneda=currency | Subtotal de productos=rev"
        " | Descuento=small_money | Costo de envío=small_money | Total=rev"
        " | Cupón de descuento=codeone | Fecha y hora de cancelación=cancelled",
        "tracked.order_id: Número de orden | tracked.day: Fecha"
        " | tracked.status: Estado del pago / Estado de la orden"
        " | tracked.delivery: Estado del envío | tracked.currency: Moneda"
        " | tracked.revenue: Subtotal de productos / Total | tracked.code: Cupón de descuento"
        " | tracked.cancelled_at: Fecha y hora de cancelación | tracked.orders: =1",
        "order_id day currency",
        delimiter=";",
    ),
    Header(
        "refersion-conversions",
        "Refersion, conversions of the API: payment is the affiliate's, not the buyer's",
        "conversion_id=uids | order_id=number | affiliate_id=uid | offer_id=number27"
        " | status=approved | payment_status=paid | commission_total=small_money | order_total=rev"
        " | commissionable_order_total=rev | currency=currency | created=iso",
        "tracked.order_id: order_id | tracked.utm: affiliate_id | tracked.status: status"
        " | tracked.revenue: order_total / commissionable_order_total"
        " | tracked.currency: currency | tracked.day: created | tracked.orders: =1",
        "order_id currency",
    ),
    Header(
        "bol-orders",
        "bol.com affiliate report, orders by product, as documented",
        "orderNumber=uids | orderDate=day | productTitle=text | siteName=publisher | name=marks"
        " | subId=marks | quantity=lost | priceIncludingVat=rev | priceExcludingVat=rev"
        " | commission=small_money | commissionPercentage=rate | status=approved",
        "tracked.order_id: orderNumber | tracked.day: orderDate"
        " | tracked.utm: subId / name / siteName"
        " | tracked.revenue: priceIncludingVat / priceExcludingVat | tracked.status: status"
        " | tracked.orders: =1 | tracked.currency: =EUR",
        "order_id day",
    ),
    Header(
        "konnektive-affiliates",
        "Konnektive (CheckoutChamp), affiliate report, as documented: sales are a number",
        "Affiliate=publisher | Clicks=clicks | CPC Comm=small_money | Partials=gained"
        " | Partial %=rate | Declines=lost | Decline %=rate | Sales=orders | Sales %=rate"
        " | Sales Rev=rev | Upsells=lost | Upsell Rev=small_money | Net=rev | Avg Ticket=money",
        "tracked.utm: Affiliate | tracked.clicks: Clicks | tracked.orders: Sales"
        " | tracked.revenue: Sales Rev | placements.handle: Affiliate | placements.clicks: Clicks"
        " | placements.orders: Sales | placements.revenue: Sales Rev | placements.campaign: =",
        "clicks",
    ),
    Header(
        "tradedoubler-overview",
        "Tradedoubler, program overview by affiliate: sales beside their value",
        "Affiliate name=publisher | Affiliate ID=uids | Impressions=more | Clicks=clicks"
        " | CTR=rate | Leads=zero | Sales=orders | Order value=rev | Total commission=money",
        "tracked.utm: Affiliate name / Affiliate ID | tracked.clicks: Clicks"
        " | tracked.orders: Sales | tracked.revenue: Order value"
        " | placements.handle: Affiliate name / Affiliate ID"
        " | placements.impressions: Impressions | placements.clicks: Clicks"
        " | placements.orders: Sales | placements.revenue: Order value"
        " | placements.fee: Total commission | placements.campaign: =",
        "clicks",
    ),
    Header(
        "german-coupons",
        "coupon report of a German shop (Shopware, JTL)",
        "Gutscheincode=code | Anzahl Bestellungen=orders | Umsatz brutto=revde"
        " | Rabatt gesamt=costs | Gültig bis=eu",
        "tracked.code: Gutscheincode | tracked.orders: Anzahl Bestellungen"
        " | tracked.revenue: Umsatz brutto | tracked.currency: =EUR",
        "code orders",
        delimiter=";",
    ),
    Header(
        "deal-site",
        "coupon list of a deal site: saves are the buyer's money",
        "code=code | shop=brand_names | customer_saves=small_money | used_count=orders"
        " | success_rate=rate | expires=day",
        "tracked.code: code | tracked.orders: used_count",
        "code",
    ),
    Header(
        "universal-analytics",
        "Google Analytics (Universal), campaigns by source and ad content",
        "Source / Medium=medium | Campaign=campaign | Ad Content=marks | Users=clicks"
        " | New Users=gained | Sessions=views | Bounce Rate=rate | Transactions=orders"
        " | Revenue=dollars | Ecommerce Conversion Rate=rate",
        "tracked.utm: Ad Content / Campaign | tracked.sessions: Sessions"
        " | tracked.orders: Transactions | tracked.revenue: Revenue | tracked.currency: =USD",
        "sessions orders revenue",
    ),
    Header(
        "matomo-french",
        "Matomo, campaigns, in French",
        "Nom de la campagne=marks | Visites=views | Actions=more | Conversions=orders"
        " | Revenu=rev | Taux de rebond=rate | Temps moyen=seconds",
        "tracked.utm: Nom de la campagne | tracked.sessions: Visites"
        " | tracked.orders: Conversions | tracked.revenue: Revenu",
        "",
        delimiter=";",
    ),
    Header(
        "bitly",
        "Bitly, links with the day on which each was made",
        "Title=text | Bitlink=bitly | Long URL=shoplink | Created=day | Clicks=clicks"
        " | QR scans=lost",
        "tracked.link: Bitlink / Long URL | tracked.clicks: Clicks",
        "clicks",
    ),
    # -- no table that is read -------------------------------------------------------------------
    Header(
        "hashtags",
        "TikTok Creative Center, hashtags: no posts and no accounts",
        "rank=rank | hashtag_name=tag | country_code=country | publish_cnt=more"
        " | video_views=totals | trend=fraction",
        "none.none: x",
        "",
    ),
    Header(
        "sounds",
        "TikTok sounds: the author wrote the music",
        "music_id=num19 | title=text | author=title | album=none | duration=rank"
        " | video_count=more | is_original=flag",
        "none.none: x",
        "",
    ),
    Header(
        "youtube-comments-apify",
        "YouTube comments by an Apify actor (viktorov_aa/youtube-comments), output as documented",
        "videoId=vid | author=at | text=text | likeCount=comments | replyCount=zero"
        " | publishedAt=iso | title=text | hasCreatorHeart=flag | isPinned=flag"
        " | replyLevel=binary | commentId=chans",
        "none.none: x",
        "",
    ),
    Header(
        "studio-geography",
        "YouTube Studio, audience by country: views and subscribers of countries",
        "Geography=lands | Views=views | Watch time (hours)=average | Average view duration=seconds"
        " | Subscribers=net",
        "none.none: x",
        "",
    ),
    Header(
        "stock-mentions",
        "Kaggle, stocks and how often they are named: shares are of stock",
        "ticker=ticker | date=day3 | close=money | volume=totals | shares=totals"
        " | mentions=views | sentiment=fraction",
        "none.none: x",
        "",
    ),
]
