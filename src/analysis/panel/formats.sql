-- One row per creator and format: how often it was used, and what a post in it brings.
--
-- Parameters: $first_day and $last_day (dates, null for an open end), $campaign (null for all).
-- Words for one format are one; on YouTube the length decides: up to a minute is a short, and up to
-- three may be one since 15 October 2024, which nobody can tell from outside. Of rates only posts
-- count that were neither boosted nor a giveaway. Means of logarithms add whole billionths, so that
-- the order of posts changes no digit. latest counts those of a creator's fifteen newest posts, of
-- posts in one second those with the lowest number; creators with fewer posts have none.
with formatted as (
    select
        *,
        case
            when platform = 'youtube' and duration_seconds <= 60 then 'short'
            when platform = 'youtube' and duration_seconds <= 180
                and coalesce(posted_at >= date '2024-10-15', true) then 'short or long'
            when platform = 'youtube' and duration_seconds > 60 then 'long'
            when lower(format) in ('reel', 'reels', 'short', 'shorts') then 'short'
            when lower(format) in ('carousel', 'carousel_album', 'album', 'sidecar') then 'carousel'
            when lower(format) in ('image', 'photo', 'picture') then 'image'
            when lower(format) in ('story', 'stories') then 'story'
            else lower(format)
        end as kind,
        case
            when not coalesce(is_boosted, false) and not coalesce(is_giveaway, false)
                then ln(likes + comments + 0.5)
        end as log_interactions
    from posts
    where ($first_day::date is null or posted_at >= $first_day::date)
      and ($last_day::date is null or posted_at < $last_day::date + interval 1 day)
      and ($campaign::text is null or campaign = $campaign::text)
),

placed as (
    select
        *,
        count(*) over (partition by creator_id, platform) as dated,
        row_number() over (
            partition by creator_id, platform order by posted_at desc, post_id
        ) as place
    from formatted
    where kind is not null and posted_at is not null
),

newest as (
    select creator_id, platform, kind, count(*)::double as latest
    from placed
    where dated >= 15 and place <= 15
    group by creator_id, platform, kind
),

sums as (
    select
        creator_id,
        platform,
        kind,
        count(*)::double as posts,
        count(log_interactions)::double as posts_engaged,
        sum(round(1e9 * log_interactions)) / (1e9 * count(log_interactions)) as log_interactions,
        count(case when views > 0 then log_interactions end)::double as posts_viewed,
        sum(case when views > 0 then round(1e9 * log_interactions) end)
            / (1e9 * count(case when views > 0 then log_interactions end)) as log_interactions_viewed,
        sum(case when views > 0 and log_interactions is not null then round(1e9 * ln(views)) end)
            / (1e9 * count(case when views > 0 then log_interactions end)) as log_views
    from formatted
    where kind is not null
    group by creator_id, platform, kind
)

select
    sums.creator_id,
    sums.platform,
    sums.kind,
    sums.posts,
    newest.latest,
    sums.posts_engaged,
    sums.log_interactions,
    sums.posts_viewed,
    sums.log_interactions_viewed,
    sums.log_views
from sums
left join newest
    on newest.creator_id = sums.creator_id
    and newest.platform = sums.platform
    and newest.kind = sums.kind
order by sums.creator_id, sums.platform, sums.kind
