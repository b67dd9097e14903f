-- Per platform: posts, those with more interactions than followers, and those two years or more
-- before the latest one whose followers at posting nobody knows.
with known as (
    select posts.*, followers from posts left join creators using (creator_id, platform)
)
select
    platform,
    count(*)::double as posts,
    count(*) filter (likes + comments > coalesce(followers_at_posting, followers))::double
        as beyond,
    count(*) filter (
        followers_at_posting is null
        and posted_at < (select max(posted_at) from known) - interval 2 year
    )::double as old
from known group by platform order by platform
