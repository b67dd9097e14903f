"""Headers as tools, scrapers and people write them, with invented rows, and what is right.

Each case names where its header is from; the rows are made here, of the kind that each column
holds: three posts of four accounts, twelve rows.
"""

from dataclasses import dataclass

ACCOUNTS = ["anna_k", "bea.food", "carl99", "dora"]
N = 12


def _rows(make):
    return [make(n, n // 3) for n in range(N)]


KINDS = {
    "handle": _rows(lambda n, a: ACCOUNTS[a]),
    "handles": _rows(lambda n, a: f"{ACCOUNTS[a]}_{n}"),
    "person": _rows(lambda n, a: f"Anna Muster {n}"),
    "title": _rows(lambda n, a: f"Channel of {ACCOUNTS[a]}"),
    "uid": _rows(lambda n, a: str(32500000001 + a)),
    "uids": _rows(lambda n, a: str(32500000001 + n)),
    "titles": _rows(lambda n, a: f"Channel of {ACCOUNTS[a]} {n}"),
    "small": _rows(lambda n, a: str(1 + a)),
    "chan": _rows(lambda n, a: f"UCabcdefghijklmnopqrst0{a}"),
    "chans": _rows(lambda n, a: f"UCabcdefghijklmnopqrs{n:03}"),
    "vid": _rows(lambda n, a: f"aB-cdEf{n:04}"),
    "num19": _rows(lambda n, a: str(7527623000473079054 + 10**12 * n)),
    "id": _rows(lambda n, a: str(1 + n)),
    "ig": _rows(lambda n, a: f"https://www.instagram.com/reel/CaAa{n:03}x/"),
    "tt": _rows(
        lambda n, a: f"https://www.tiktok.com/@{ACCOUNTS[a]}/video/{7527623000473079054 + n}"
    ),
    "yt": _rows(lambda n, a: f"https://www.youtube.com/watch?v=aBcdEf-{n:04}"),
    "profile": _rows(lambda n, a: f"https://www.instagram.com/{ACCOUNTS[a]}_{n}/"),
    "iso": _rows(lambda n, a: f"2026-03-{n + 1:02}T10:00:00Z"),
    "day": _rows(lambda n, a: f"2026-03-{n + 1:02}"),
    "export": _rows(lambda n, a: "2026-04-01"),
    "unix": _rows(lambda n, a: str(1772000000 + 86400 * n)),
    "unixms": _rows(lambda n, a: str(1772000000000 + 86400000 * n)),
    "eu": _rows(lambda n, a: f"{n + 10}.03.2026"),
    "either": _rows(lambda n, a: f"0{n % 9 + 1}/03/2026"),
    "us": _rows(lambda n, a: f"03/{n + 14}/2026 18:30"),
    "words": _rows(lambda n, a: f'"Mar {n + 1}, 2026"'),
    "slashes": _rows(lambda n, a: f"2026/03/{n + 1:02} 18:19:10"),
    "likes": _rows(lambda n, a: str(83 + 17 * n)),
    "thousands": _rows(lambda n, a: f"1,{200 + n}"),
    "comments": _rows(lambda n, a: str(2 + n % 5)),
    "views": _rows(lambda n, a: str(2300 + 311 * n)),
    "more": _rows(lambda n, a: str(91000 + 313 * n)),
    "zero": _rows(lambda n, a: "0"),
    "followers": _rows(lambda n, a: str(12000 * (a + 1))),
    "sizes": _rows(lambda n, a: str(9000 + 41000 * n)),
    "short": _rows(lambda n, a: f"{12.5 + n}K" if n < 9 else f"1.{n}M"),
    "net": _rows(lambda n, a: str(n - 4)),
    "total": _rows(lambda n, a: str(5_000_000 * (a + 1))),
    "totals": _rows(lambda n, a: str(500_000 + 70_001 * n)),
    "rate": _rows(lambda n, a: f"{3 + n / 10:.1f}%"),
    "average": _rows(lambda n, a: f"{812.3 + n}"),
    "rank": _rows(lambda n, a: str(n + 1)),
    "dollars": _rows(lambda n, a: f'"$1,{234 + n}.50"'),
    "euros": _rows(lambda n, a: f'"€1.{234 + n},50"'),
    "money": _rows(lambda n, a: f"{120 + n}.50"),
    "clicks": _rows(lambda n, a: str(120 + 7 * n)),
    "orders": _rows(lambda n, a: str(3 + n % 4)),
    "code": _rows(lambda n, a: f"ANNA{10 + n}"),
    "number": _rows(lambda n, a: f"#100{n}"),
    "niche": _rows(lambda n, a: ("food", "beauty", "food", "travel")[a]),
    "number27": _rows(lambda n, a: "27"),
    "country": _rows(lambda n, a: ("FR", "DE", "FR", "ES")[a]),
    "land": _rows(lambda n, a: ("France", "Germany", "France", "Spain")[a]),
    "caption": _rows(lambda n, a: f'"{n} days to go\n\nbuy: now"'),
    "text": _rows(lambda n, a: f"a post about tea {n}"),
    "flag": _rows(lambda n, a: ("true", "false")[n % 2]),
    "type": _rows(lambda n, a: ("image", "reel")[n % 2]),
    "platform": _rows(lambda n, a: ("Instagram", "TikTok")[n % 2]),
    "campaign": _rows(lambda n, a: ("spring", "summer")[n % 2]),
    "currency": _rows(lambda n, a: "EUR"),
    "publisher": _rows(lambda n, a: f"Anna blog {n}"),
    "seconds": _rows(lambda n, a: f"0:0{n % 6}:12"),
    "none": _rows(lambda n, a: ""),
}


@dataclass(frozen=True)
class Header:
    """One file.

    Attributes:
        source: whose header it is.
        columns: name of each column and the kind of its values.
        right: every rule that may be drafted, as table.column -> the file's columns.
        least: of these, those that must stand without a question.
    """

    name: str
    source: str
    columns: str
    right: str
    least: str
    delimiter: str = ","

    def text(self):
        """The file."""
        pairs = [part.rsplit("=", 1) for part in self.columns.split(" | ")]
        header = self.delimiter.join(name.strip() for name, _ in pairs)
        values = [KINDS[kind.strip()] for _, kind in pairs]
        lines = [self.delimiter.join(value[n] for value in values) for n in range(N)]
        return "\n".join([header, *lines]) + "\n"

    def rules(self):
        """What is right, as table.column -> file columns; constants as ``=value``."""
        found = {}
        for part in self.right.split(" | "):
            target, _, columns = part.partition(":")
            found[target.strip()] = {one.strip() for one in columns.split(" / ")}
        return found


HEADERS = [
    Header(
        "youtube-api-table",
        "Kaggle, YouTube channel statistics by the Data API",
        "video_id=vid | channelTitle=title | title=text | publishedAt=iso | viewCount=views"
        " | likeCount=likes | favouriteCount=zero | commentCount=comments | duration=seconds"
        " | definition=type",
        "posts.post_id: video_id | posts.handle: channelTitle | posts.posted_at: publishedAt"
        " | posts.views: viewCount | posts.likes: likeCount | posts.comments: commentCount"
        " | posts.platform: =youtube",
        "post_id posted_at views likes comments",
    ),
    Header(
        "youtube-trending",
        "Kaggle, YouTube trending video statistics",
        "video_id=vid | trending_date=day | title=text | channel_title=title | category_id=number27"
        " | publish_time=iso | tags=text | views=views | likes=likes | dislikes=comments"
        " | comment_count=comments | thumbnail_link=yt | comments_disabled=flag",
        "posts.post_id: video_id | posts.handle: channel_title | posts.posted_at: publish_time"
        " | posts.views: views | posts.likes: likes | posts.comments: comment_count"
        " | posts.platform: =youtube | posts.link: thumbnail_link",
        "post_id posted_at views likes comments",
    ),
    Header(
        "youtube-channels",
        "Kaggle, global YouTube statistics",
        "rank=rank | Youtuber=handles | subscribers=sizes | video views=totals | category=niche"
        " | Title=text | uploads=sizes | Country=land | channel_type=niche | created_year=export"
        " | subscribers_for_last_30_days=net",
        "creators.handle: Youtuber | creators.followers: subscribers | creators.niche: category"
        " / channel_type | creators.lifetime_views: video views | creators.lifetime_posts: uploads"
        " | creators.platform: =youtube",
        "handle followers niche",
    ),
    Header(
        "instagram-top",
        "Kaggle, top Instagram influencers",
        "rank=rank | channel_info=handles | influence_score=rank | posts=short | followers=short"
        " | avg_likes=short | 60_day_eng_rate=rate | new_post_avg_like=short | total_likes=short"
        " | country=land",
        "creators.handle: channel_info | creators.followers: followers"
        " | creators.lifetime_posts: posts | creators.lifetime_likes: total_likes",
        "handle followers",
    ),
    Header(
        "instaloader",
        "instaloader posts saved as a table",
        "shortcode=vid | owner_username=handle | owner_id=uid | date_utc=iso | likes=likes"
        " | comments=comments | typename=type | is_video=flag | video_view_count=views"
        " | caption=caption",
        "posts.post_id: shortcode | posts.handle: owner_username | posts.posted_at: date_utc"
        " | posts.likes: likes | posts.comments: comments | posts.format: typename"
        " | posts.views: video_view_count | posts.platform: =instagram",
        "post_id handle likes comments views",
    ),
    Header(
        "graphql",
        "Instagram GraphQL flattened by pandas.json_normalize",
        "id=num19 | shortcode=vid | owner.username=handle | taken_at_timestamp=unix"
        " | edge_liked_by.count=likes | edge_media_to_comment.count=comments"
        " | video_view_count=views | is_video=flag | edge_followed_by.count=followers",
        "posts.post_id: id / shortcode | posts.handle: owner.username"
        " | posts.posted_at: taken_at_timestamp | posts.likes: edge_liked_by.count"
        " | posts.comments: edge_media_to_comment.count | posts.views: video_view_count"
        " | creators.handle: owner.username | creators.followers: edge_followed_by.count"
        " | posts.platform: =instagram | creators.platform: =instagram",
        "handle posted_at likes comments views followers",
    ),
    Header(
        "apify-instagram-short",
        "Apify instagram-scraper, columns that an analyst kept",
        "ownerUsername=handle | ownerId=uid | shortCode=vid | likesCount=likes"
        " | commentsCount=comments | videoPlayCount=views | url=ig | caption=caption",
        "posts.handle: ownerUsername | posts.post_id: shortCode / url | posts.likes: likesCount"
        " | posts.comments: commentsCount | posts.views: videoPlayCount | posts.link: url"
        " | posts.platform: =instagram",
        "handle post_id likes comments views platform",
    ),
    Header(
        "apify-tiktok-short",
        "Apify tiktok-scraper, columns that an analyst kept",
        "authorMeta.name=handle | authorMeta.fans=followers | text=caption | diggCount=likes"
        " | shareCount=comments | playCount=views | commentCount=comments | collectCount=comments"
        " | webVideoUrl=tt | createTimeISO=iso | musicMeta.musicName=text",
        "posts.handle: authorMeta.name / webVideoUrl | posts.post_id: webVideoUrl"
        " | posts.posted_at: createTimeISO | posts.likes: diggCount | posts.shares: shareCount"
        " | posts.comments: commentCount | posts.saves: collectCount | posts.views: playCount"
        " | posts.link: webVideoUrl | posts.platform: =tiktok | creators.platform: =tiktok"
        " | creators.handle: authorMeta.name | creators.followers: authorMeta.fans",
        "handle post_id posted_at likes shares comments saves views followers platform",
    ),
    Header(
        "tiktok-api",
        "davidteather/TikTok-Api items flattened",
        "id=num19 | createTime=unix | author.uniqueId=handle | stats.diggCount=likes"
        " | stats.shareCount=comments | stats.commentCount=comments | stats.playCount=views"
        " | authorStats.followerCount=followers | authorStats.heartCount=total"
        " | authorStats.videoCount=followers | desc=caption",
        "posts.post_id: id | posts.posted_at: createTime | posts.handle: author.uniqueId"
        " | posts.likes: stats.diggCount | posts.shares: stats.shareCount"
        " | posts.comments: stats.commentCount | posts.views: stats.playCount"
        " | creators.handle: author.uniqueId | creators.followers: authorStats.followerCount"
        " | creators.lifetime_likes: authorStats.heartCount"
        " | creators.lifetime_posts: authorStats.videoCount"
        " | posts.platform: =tiktok | creators.platform: =tiktok",
        "post_id posted_at handle likes comments shares views followers",
    ),
    Header(
        "yt-dlp-print",
        "yt-dlp --print as tab-separated lines",
        "id=vid | title=text | uploader=title | upload_date=day | view_count=views"
        " | like_count=likes | comment_count=comments | duration=rank | webpage_url=yt",
        "posts.post_id: id / webpage_url | posts.handle: uploader | posts.posted_at: upload_date"
        " | posts.views: view_count | posts.likes: like_count | posts.comments: comment_count"
        " | posts.link: webpage_url | posts.platform: =youtube",
        "post_id posted_at views likes comments platform",
        delimiter="\t",
    ),
    Header(
        "vendor-list",
        "list of an influencer search tool (HypeAuditor, Modash, Heepsy)",
        "Username=handles | Name=person | Followers=short | Avg. likes=short"
        " | Avg. comments=average | Engagement Rate=rate | Category=niche | Country=country"
        " | Profile URL=profile",
        "creators.handle: Username | creators.followers: Followers | creators.niche: Category"
        " | creators.country: Country | creators.platform: =instagram",
        "handle followers niche platform",
    ),
    Header(
        "social-blade",
        "Social Blade top list copied into a sheet",
        "Rank=rank | Grade=type | Channel name=handles | Uploads=sizes | Subs=sizes"
        " | Video Views=totals",
        "creators.handle: Channel name | creators.followers: Subs"
        " | creators.lifetime_posts: Uploads | creators.lifetime_views: Video Views",
        "handle",
    ),
    Header(
        "tracker",
        "campaign tracker that people keep in a spreadsheet",
        "Campaign=campaign | Creator=handle | Platform=platform | Fee (EUR)=euros | Post link=ig"
        " | Views=views | Likes=likes | Comments=comments | Clicks=clicks | Orders=orders"
        " | Discount code=code",
        "placements.campaign: Campaign | placements.handle: Creator | placements.platform: Platform"
        " | placements.fee: Fee (EUR) | placements.clicks: Clicks | placements.orders: Orders"
        " | placements.code: Discount code | placements.link: Post link"
        " | placements.booking_id: Post link"
        " | placements.currency: =EUR | posts.campaign: Campaign | posts.handle: Creator"
        " | posts.platform: Platform | posts.views: Views | posts.likes: Likes"
        " | posts.comments: Comments | posts.link: Post link | posts.post_id: Post link",
        "handle platform fee clicks orders code likes comments views link",
        delimiter=";",
    ),
    Header(
        "tracker-dollars",
        "campaign tracker with money as typed",
        "Influencer=handles | Network=platform | Rate=dollars | Impressions=more | Reach=views"
        " | Link Clicks=clicks | Conversions=orders | Revenue=dollars",
        "placements.handle: Influencer | placements.platform: Network"
        " | placements.impressions: Impressions | placements.reach: Reach"
        " | placements.clicks: Link Clicks | placements.orders: Conversions"
        " | placements.revenue: Revenue | placements.fee: Rate | placements.campaign: =",
        "handle platform impressions reach clicks revenue",
    ),
    Header(
        "affiliate-network",
        "publisher performance of an affiliate network",
        "publisher_name=publisher | PublisherID=uid | displays=more | all_clicks=clicks"
        " | total_transactions=orders | total_revenue=money | total_commission=money",
        "tracked.utm: publisher_name / PublisherID | tracked.clicks: all_clicks"
        " | tracked.orders: total_transactions | tracked.revenue: total_revenue",
        "clicks orders revenue",
    ),
    Header(
        "refersion",
        "Refersion and GoAffPro orders export",
        "Order ID=number | Date=day | Affiliate=publisher | Coupon=code | Total=money"
        " | Commission=money | Status=type",
        "tracked.order_id: Order ID | tracked.day: Date | tracked.utm: Affiliate"
        " | tracked.code: Coupon | tracked.status: Status | tracked.orders: =1",
        "code",
    ),
    Header(
        "coupons",
        "coupon report of a shop (WooCommerce, Shopware)",
        "Coupon code=code | Orders=orders | Amount discounted=money | Created=day | Type=type",
        "tracked.code: Coupon code | tracked.orders: Orders",
        "code orders",
    ),
    Header(
        "utm",
        "table of UTM marks from a warehouse",
        "utm_source=platform | utm_medium=type | utm_campaign=campaign | utm_content=code"
        " | sessions=views | purchases=orders | purchase_revenue=money",
        "tracked.utm: utm_content / utm_campaign | tracked.sessions: sessions"
        " | tracked.orders: purchases | tracked.revenue: purchase_revenue",
        "sessions",
    ),
    Header(
        "crowdtangle",
        "CrowdTangle Instagram history",
        "Account=title | User Name=handle | Followers at Posting=followers | Post Created=iso"
        " | Type=type | Total Interactions=more | Likes=likes | Comments=comments | Views=views"
        " | URL=ig | Description=caption | Sponsor Name=none | Overperforming Score=average",
        "posts.handle: User Name | posts.followers_at_posting: Followers at Posting"
        " | posts.posted_at: Post Created | posts.format: Type | posts.likes: Likes"
        " | posts.comments: Comments | posts.views: Views | posts.link: URL | posts.post_id: URL"
        " | posts.platform: =instagram",
        "handle posted_at likes comments views link post_id platform followers_at_posting",
    ),
    Header(
        "iconosquare",
        "post export of a publishing tool (Iconosquare, Later, Sprout)",
        "Date=either | Post URL=ig | Type=type | Impressions=more | Reach=views | Likes=likes"
        " | Comments=comments | Saves=comments | Shares=comments | Engagement rate=rate",
        "posts.posted_at: Date | posts.link: Post URL | posts.post_id: Post URL"
        " | posts.format: Type | posts.reach: Reach | posts.likes: Likes | posts.comments: Comments"
        " | posts.saves: Saves | posts.shares: Shares | posts.platform: =instagram",
        "likes comments saves shares reach link post_id platform",
    ),
    Header(
        "buffer",
        "Buffer analyse, posts",
        "Date=us | Post=caption | Link=ig | Likes=likes | Comments=comments | Reach=views"
        " | Impressions=more | Engagement Rate=rate",
        "posts.posted_at: Date | posts.link: Link | posts.post_id: Link | posts.likes: Likes"
        " | posts.comments: Comments | posts.reach: Reach | posts.platform: =instagram",
        "likes comments reach link platform",
    ),
    Header(
        "german",
        "export with German names",
        "Benutzername=handle | Veröffentlicht am=eu | Gefällt mir=likes | Kommentare=comments"
        " | Aufrufe=views | Impressionen=more | Reichweite=more | Geteilt=comments",
        "posts.handle: Benutzername | posts.posted_at: Veröffentlicht am | posts.likes: Gefällt mir"
        " | posts.comments: Kommentare | posts.views: Aufrufe | posts.reach: Reichweite"
        " | posts.shares: Geteilt",
        "handle posted_at likes comments views reach",
        delimiter=";",
    ),
    Header(
        "portuguese",
        "YouTube Studio's names without its key columns",
        "Título do vídeo=text | Data de publicação=words | Impressões=more | Visualizações=views"
        " | Curtidas=likes | Comentários=comments",
        "posts.posted_at: Data de publicação | posts.views: Visualizações | posts.likes: Curtidas"
        " | posts.comments: Comentários | posts.platform: =youtube",
        "posted_at views likes comments",
    ),
    Header(
        "spanish-roster",
        "list of creators in Spanish",
        "Usuario=handles | Plataforma=platform | Seguidores=short | Categoría=niche | País=country",
        "creators.handle: Usuario | creators.platform: Plataforma | creators.followers: Seguidores"
        " | creators.niche: Categoría | creators.country: País",
        "handle platform followers niche",
    ),
    Header(
        "chinese",
        "creator marketplace list in Chinese",
        "达人昵称=handles | 粉丝数=sizes | 类目=niche | 报价=money | 播放量=views | 点赞数=likes",
        "creators.handle: 达人昵称 | creators.followers: 粉丝数 | creators.niche: 类目"
        " | placements.handle: 达人昵称 | placements.fee: 报价 | placements.campaign: =",
        "handle followers niche",
    ),
    Header(
        "french",
        "export with French names",
        "Nom d'utilisateur=handle | Date de publication=day | Mentions J'aime=likes"
        " | Commentaires=comments | Vues=views | Couverture=more",
        "posts.handle: Nom d'utilisateur | posts.posted_at: Date de publication"
        " | posts.likes: Mentions J'aime | posts.comments: Commentaires | posts.views: Vues"
        " | posts.reach: Couverture",
        "handle posted_at likes comments views reach",
    ),
    Header(
        "owner-trap",
        "scraped posts whose owner number repeats",
        "owner_id=uid | owner_username=handle | date=day | likes=likes | comments=comments"
        " | reach=views",
        "posts.handle: owner_username | posts.posted_at: date | posts.likes: likes"
        " | posts.comments: comments | posts.reach: reach",
        "handle likes comments reach",
    ),
    Header(
        "swapped-trap",
        "likes and views under each other's names",
        "video_id=vid | channel_id=chan | views=likes | likes=views | comments=comments",
        "posts.post_id: video_id | posts.handle: channel_id | posts.comments: comments"
        " | posts.platform: =youtube",
        "post_id comments",
    ),
    Header(
        "plays-and-views",
        "scrape with two counts of views",
        "username=handle | code=vid | taken_at=unix | play_count=more | view_count=views"
        " | like_count=likes | comment_count=comments",
        "posts.handle: username | posts.posted_at: taken_at | posts.likes: like_count"
        " | posts.comments: comment_count | posts.post_id: code | posts.platform: =instagram",
        "handle posted_at likes comments",
    ),
    Header(
        "lifetime-trap",
        "channel list with totals and averages",
        "channel_id=chans | channel_name=handles | subscriber_count=sizes | view_count=totals"
        " | uploads=sizes | average_views=average | likes_per_video=average | joined=day",
        "creators.handle: channel_name | creators.account_id: channel_id"
        " | creators.followers: subscriber_count | creators.lifetime_views: view_count"
        " | creators.lifetime_posts: uploads | creators.platform: =youtube",
        "handle followers",
    ),
    Header(
        "hidden-likes",
        "scrape where every like is 0",
        "username=handle | post_id=vid | posted_at=iso | likes=zero | comments=comments"
        " | views=views",
        "posts.handle: username | posts.post_id: post_id | posts.posted_at: posted_at"
        " | posts.comments: comments | posts.views: views",
        "handle post_id posted_at comments views",
    ),
    Header(
        "subscribers-gained",
        "report of net subscribers, which are no followers",
        "Video ID=vid | Video title=text | Date published=words | Subscribers gained=net"
        " | Views=views | Likes=likes | Avg. view duration=seconds",
        "posts.post_id: Video ID | posts.posted_at: Date published | posts.views: Views"
        " | posts.likes: Likes | posts.platform: =youtube",
        "post_id posted_at views likes",
    ),
    Header(
        "following-trap",
        "list with who follows and who is followed",
        "user_name=handles | following=sizes | followers_count=sizes | posts_count=sizes"
        " | is_verified=flag | biography=caption | external_url=profile",
        "creators.handle: user_name | creators.followers: followers_count"
        " | creators.lifetime_posts: posts_count | creators.platform: =instagram",
        "handle followers",
    ),
    Header(
        "fees-only",
        "price list",
        "handle=handles | platform=platform | price=money | currency=currency | format=type",
        "placements.handle: handle | placements.platform: platform | placements.fee: price"
        " | placements.currency: currency | placements.campaign: =",
        "handle platform currency",
    ),
    Header(
        "research-snap",
        "snapshot with follower counts beside each post",
        "user_name=handle | user_nfollower=short | vid_id=num19 | vid_postTime=iso"
        " | vid_nview=short | vid_nlike=short | vid_ncomment=comments | vid_nshare=comments"
        " | vid_nsave=comments",
        "posts.handle: user_name | posts.post_id: vid_id | posts.posted_at: vid_postTime"
        " | posts.views: vid_nview | posts.likes: vid_nlike | posts.comments: vid_ncomment"
        " | posts.shares: vid_nshare | posts.saves: vid_nsave | creators.handle: user_name"
        " | creators.followers: user_nfollower",
        "handle post_id posted_at comments shares saves followers",
    ),
    Header(
        "slashes",
        "TikTok business export",
        "Video URL=tt | Posted=slashes | Video views=views | Likes=likes | Comments=comments"
        " | Shares=comments | Full video watched rate=rate",
        "posts.handle: Video URL | posts.post_id: Video URL | posts.link: Video URL"
        " | posts.posted_at: Posted | posts.views: Video views | posts.likes: Likes"
        " | posts.comments: Comments | posts.shares: Shares | posts.platform: =tiktok",
        "handle post_id link posted_at views likes comments shares platform",
    ),
    Header(
        "two-accounts-a-row",
        "Kaggle, top YouTubers with their Instagram accounts",
        "youtuber name=handles | subscribers=short | video views=totals | category=niche"
        " | Influencer insta name=person | youtube channel=title | Followers=sizes",
        "creators.niche: category | creators.lifetime_views: video views",
        "niche",
    ),
    Header(
        "days-of-an-account",
        "a growth tool's list of days, which are no posts",
        "date=day | followers=sizes | following=sizes | posts=sizes | likes=totals",
        "creators.followers: followers | creators.lifetime_posts: posts",
        "followers",
    ),
    Header(
        "channels-by-day",
        "youtube-fr-tech-2026, daily counts of channels",
        "date_utc=iso | channel=handle | subscribers=sizes | views=totals | videos=views",
        "creators.handle: channel | creators.followers: subscribers"
        " | creators.lifetime_posts: videos",
        "handle followers",
    ),
    Header(
        "profiles-by-hour",
        "a tracker's snapshots of accounts, with the number of each snapshot",
        "id=id | timestamp=unix | username=handle | followers=sizes | following=sizes"
        " | likes=totals | videos=views",
        "creators.handle: username | creators.followers: followers"
        " | creators.lifetime_posts: videos",
        "handle followers",
    ),
    Header(
        "tiktok-users",
        "an unofficial TikTok API, accounts with the moment they were opened",
        "id=uids | uniqueId=handles | nickname=person | createTime=unix | followerCount=sizes"
        " | followingCount=sizes | heartCount=totals | videoCount=views | diggCount=likes",
        "creators.handle: uniqueId | creators.account_id: id | creators.followers: followerCount"
        " | creators.lifetime_posts: videoCount | creators.lifetime_likes: heartCount",
        "handle followers",
    ),
    Header(
        "channel-list",
        "YouTube Data API, channels with the day they were opened, as analysts save them",
        "Channel_Name=titles | Channel_Created=iso | Published_At=iso | Subscribers=sizes"
        " | View_Count=totals | Video_Count=views",
        "creators.followers: Subscribers | creators.lifetime_posts: Video_Count"
        " | creators.handle: Channel_Name | creators.lifetime_views: View_Count",
        "followers",
    ),
    Header(
        "numbered-lines",
        "TikTok claims data of a course, whose first column is called #",
        "#=id | claim_status=type | video_id=num19 | video_duration_sec=rank"
        " | video_view_count=views | video_like_count=likes | video_share_count=comments"
        " | video_download_count=comments | video_comment_count=comments",
        "posts.post_id: video_id | posts.views: video_view_count | posts.likes: video_like_count"
        " | posts.shares: video_share_count | posts.comments: video_comment_count",
        "post_id views likes shares comments",
    ),
    Header(
        "facebook-page",
        "Meta Business Suite, posts of a page",
        "Post ID=num19 | Page ID=uid | Page name=title | Title=text | Publish time=us"
        " | Reach=more | Reactions=likes | Comments=comments | Shares=comments"
        " | Total clicks=clicks | Link Clicks=clicks",
        "posts.post_id: Post ID | posts.posted_at: Publish time | posts.comments: Comments"
        " | posts.shares: Shares | posts.reach: Reach",
        "post_id posted_at comments shares reach",
    ),
    Header(
        "turkish",
        "list of creators in Turkish, with a letter that has no accent to lose",
        "Kullan\u0131c\u0131 ad\u0131=handles | Takip\u00e7i=short | Kategori=niche"
        " | \u00dccret=money",
        "creators.handle: Kullan\u0131c\u0131 ad\u0131 | creators.followers: Takip\u00e7i"
        " | creators.niche: Kategori | placements.handle: Kullan\u0131c\u0131 ad\u0131"
        " | placements.fee: \u00dccret | placements.campaign: =",
        "handle followers niche fee",
    ),
    Header(
        "japanese",
        "scrape with Japanese names",
        "アカウント名=handle | フォロワー数=followers | 投稿日=day | いいね数=likes"
        " | コメント数=comments | 再生数=views",
        "creators.handle: アカウント名 | creators.followers: フォロワー数"
        " | posts.handle: アカウント名"
        " | posts.posted_at: 投稿日 | posts.likes: いいね数 | posts.comments: コメント数"
        " | posts.views: 再生数",
        "handle followers posted_at likes comments views",
    ),
    Header(
        "comment-table",
        "comments of posts: no table that is read",
        "comment_id=num19 | post_id=vid | text=caption | like_count=comments | reply_count=zero"
        " | author=handle | published_at=iso",
        "none.none: x",
        "",
    ),
    Header(
        "audience",
        "audience of an account: no table that is read",
        "age_range=type | gender=type | share=rate | country=land",
        "none.none: x",
        "",
    ),
]
