-- One row per creator: what their posts and placements add up to in one scope.
--
-- Parameters: $first_day and $last_day (dates, null for an open end), $campaign (null for all).
-- A sum never mixes posts with and without a metric: every numerator stands beside the exposure
-- of the same rows. Interactions are likes plus comments, counted where both are known.
with posts_in_scope as (
    select
        posts.*,
        likes + comments as interactions,
        coalesce(followers_at_posting, followers) as followers_then
    from posts
    join creators using (creator_id, platform)
    where posted_at >= coalesce($first_day::date, posted_at)
      and posted_at < coalesce($last_day::date, posted_at::date) + interval 1 day
      and ($campaign::text is null or posts.campaign = $campaign::text)
),

engagement as (
    select
        creator_id,
        platform,
        count(*) as posts,
        count(interactions) as posts_engaged,
        arg_min(followers_at_posting, posted_at) as followers_at_first_post,
        sum(interactions::double) as interactions,
        sum(followers_then::double) filter (interactions is not null) as followers_exposed,
        sum(interactions::double) filter (views > 0) as interactions_viewed,
        sum(views::double) filter (views > 0 and interactions is not null) as views,
        sum(interactions::double) filter (reach > 0) as interactions_reached,
        sum(reach::double) filter (reach > 0 and interactions is not null) as reach
    from posts_in_scope
    group by all
),

conversion as (
    select
        creator_id,
        platform,
        count(*) as placements,
        sum(orders::double) filter (clicks is not null) as orders_clicked,
        sum(clicks::double) filter (orders is not null) as clicks,
        sum(orders::double) filter (impressions is not null) as orders_shown,
        sum(impressions::double) filter (orders is not null) as impressions
    from placements
    where $campaign::text is null or campaign = $campaign::text
    group by all
)

select
    creator_id,
    person,
    platform,
    niche,
    coalesce(followers_at_first_post, followers) as followers,
    * exclude (creator_id, person, platform, niche, followers, followers_at_first_post)
from (select creator_id, person, platform, niche, followers, arrival from creators)
left join engagement using (creator_id, platform)
left join conversion using (creator_id, platform)
order by arrival
