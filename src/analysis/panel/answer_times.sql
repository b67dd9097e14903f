-- One row per creator and minute: comments of others, and whether they were answered by then or
-- only watched for so long.
--
-- Parameters: $first_day and $last_day (dates, null for an open end), $campaign (null for all).
-- The comments are those of comments_received in creators.sql. A comment is watched for 48 hours, or
-- until the counts of its post were taken, where that is known and comes sooner; an answer counts
-- until then. Minutes are whole and rounded up, from 1.
with watched as (
    select
        comments.creator_id,
        comments.platform,
        least(
            48 * 3600,
            coalesce(
                epoch(posts.counted_at)::bigint - epoch(posts.posted_at)::bigint
                    - comments.age_seconds,
                48 * 3600
            )
        ) as watched_for,
        least(comments.reply_after_seconds, comments.mention_after_seconds) as answered_after
    from comments
    inner join posts
        on posts.creator_id = comments.creator_id
        and posts.platform = comments.platform
        and posts.post_id = comments.post_id
    where not comments.is_by_creator
      and comments.age_seconds <= 48 * 3600
      and coalesce(posts.replies_shown, true)
      and not coalesce(posts.is_boosted, false)
      and not coalesce(posts.is_giveaway, false)
      and (comments.platform <> 'instagram' or posts.posted_at >= date '2017-10-01')
      and ($first_day::date is null or posts.posted_at >= $first_day::date)
      and ($last_day::date is null or posts.posted_at < $last_day::date + interval 1 day)
      and ($campaign::text is null or posts.campaign = $campaign::text)
)

select
    creator_id,
    platform,
    greatest(1, ceil(least(coalesce(answered_after, watched_for), watched_for) / 60.0))::bigint
        as minutes,
    coalesce(answered_after <= watched_for, false) as answered,
    count(*)::double as comments
from watched
where watched_for > 0
group by all
order by creator_id, platform, minutes, answered
