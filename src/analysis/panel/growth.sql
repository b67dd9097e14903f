-- One row per creator whose followers were counted on several days: how they grew, and how the
-- engagement of single posts went with it.
--
-- Parameters: $first_day and $last_day (dates, null for an open end), $campaign (null for all).
-- Growth is from the first count of the last 30 days to the last count, at least 14 days apart,
-- continued at the same pace to 30 days; of several counts on one day the lowest counts, here and
-- for first_count and last_count, which are days_between apart, of all counts in scope. step is the
-- largest power of ten that divides every count of the creator: what a rounded count can tell at
-- best. Posts meet the followers of their own day: those at posting, else those counted that day.
-- Their logarithms are taken from the roster's followers and add whole millionths, so that no order
-- changes a digit; moved is the sum of squares of log followers about the creator's mean, moved_with
-- that of products with log interactions.
with counts as (
    select creator_id, platform, day::date as day, min(followers) as followers
    from followers_history
    where followers > 0
      and ($first_day::date is null or day::date >= $first_day::date)
      and ($last_day::date is null or day::date <= $last_day::date)
    group by creator_id, platform, day::date
),

ends as (
    select
        creator_id,
        platform,
        max(day) as last_day,
        min_by(followers, day)::double as first_count,
        max_by(followers, day)::double as last_count,
        date_diff('day', min(day), max(day))::double as days_between,
        case
            when max(followers % 1000000) = 0 then 1000000
            when max(followers % 100000) = 0 then 100000
            when max(followers % 10000) = 0 then 10000
            when max(followers % 1000) = 0 then 1000
            when max(followers % 100) = 0 then 100
            when max(followers % 10) = 0 then 10
            else 1
        end::double as step
    from counts
    group by creator_id, platform
),

spans as (
    select
        creator_id,
        platform,
        min(step) as step,
        date_diff('day', min(day), max(day))::double as days,
        min_by(followers, day)::double as followers_before,
        max_by(followers, day)::double as followers_after,
        min(first_count) as first_count,
        min(last_count) as last_count,
        min(days_between) as days_between
    from counts
    inner join ends using (creator_id, platform)
    where day >= last_day - interval 30 day
    group by creator_id, platform
),

met as (
    select
        posts.creator_id,
        posts.platform,
        round(1e6 * ln(coalesce(posts.followers_at_posting, counts.followers)
            / creators.followers::double)) as size,
        round(1e6 * ln(posts.likes + posts.comments + 0.5)) as brought
    from posts
    inner join creators
        on creators.creator_id = posts.creator_id and creators.platform = posts.platform
    left join counts
        on counts.creator_id = posts.creator_id
        and counts.platform = posts.platform
        and counts.day = posts.posted_at::date
    where coalesce(posts.followers_at_posting, counts.followers) > 0
      and creators.followers > 0
      and posts.likes is not null
      and posts.comments is not null
      and not coalesce(posts.is_boosted, false)
      and not coalesce(posts.is_giveaway, false)
      and ($first_day::date is null or posts.posted_at >= $first_day::date)
      and ($last_day::date is null or posts.posted_at < $last_day::date + interval 1 day)
      and ($campaign::text is null or posts.campaign = $campaign::text)
),

moves as (
    select
        creator_id,
        platform,
        count(*)::double as posts_met,
        (sum(size * size) - sum(size) * sum(size) / count(*)) / 1e12 as moved,
        (sum(size * brought) - sum(size) * sum(brought) / count(*)) / 1e12 as moved_with
    from met
    group by creator_id, platform
)

select
    spans.creator_id,
    spans.platform,
    spans.step,
    spans.days,
    spans.followers_before,
    spans.followers_after,
    spans.first_count,
    spans.last_count,
    spans.days_between,
    moves.posts_met,
    moves.moved,
    moves.moved_with
from spans
left join moves on moves.creator_id = spans.creator_id and moves.platform = spans.platform
order by spans.creator_id, spans.platform
