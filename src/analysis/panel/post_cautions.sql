-- What is true of how many posts of each platform.
with known as (
    select
        posts.platform,
        posts.views,
        posts.views_kind,
        posts.is_boosted,
        posts.is_giveaway,
        posts.is_sponsored,
        posts.followers_at_posting,
        creators.followers
    from posts
    left join creators
        on creators.creator_id = posts.creator_id and creators.platform = posts.platform
),

counted as (
    select
        platform,
        count(*) as posts,
        count(case when is_boosted then 1 end) as boosted,
        count(case when is_giveaway then 1 end) as giveaways,
        count(case when is_sponsored then 1 end) as sponsored,
        count(followers_at_posting) as followed,
        count(case when followers > 1.1 * followers_at_posting then 1 end) as grown
    from known group by platform
),

flags as (
    select platform, posts, 'posts shown to more people for money' as what, boosted as found
    from counted
    union all
    select platform, posts, 'posts that give something away' as what, giveaways as found
    from counted
    union all
    select platform, posts, 'paid or gifted posts' as what, sponsored as found
    from counted
    union all
    select platform, posts, 'posts whose followers at posting are known' as what, followed as found
    from counted
    union all
    select
        platform, posts, 'posts of accounts that grew by more than a tenth since' as what,
        grown as found
    from counted
),

kinds as (
    select
        platform,
        cast(sum(found) over (partition by platform) as bigint) as posts,
        concat('views counted as ', coalesce(views_kind, 'not stated')) as what,
        found
    from (
        select platform, views_kind, count(*) as found
        from known where views is not null group by platform, views_kind
    )
)

select platform, posts as "of", what, found as "rows"
from (select * from flags union all select * from kinds)
order by platform, what
