-- What is true of how many posts of each platform.
with known as (
    select posts.*, followers from posts left join creators using (creator_id, platform)
),
flags as (
    unpivot (
        select
            platform,
            count(*) as "of",
            count(*) filter (is_boosted) as "posts shown to more people for money",
            count(*) filter (is_giveaway) as "posts that give something away",
            count(*) filter (is_sponsored) as "paid or gifted posts",
            count(*) filter (followers_at_posting is not null)
                as "posts whose followers at posting are known",
            count(*) filter (followers > 1.1 * followers_at_posting)
                as "posts of accounts that grew by more than a tenth since"
        from known group by platform
    ) on columns(* exclude (platform, "of")) into name what value rows
),
kinds as (
    select
        platform,
        sum(count(*)) over (partition by platform) as "of",
        'views counted as ' || coalesce(views_kind, 'not stated') as what,
        count(*) as rows
    from known where views is not null group by platform, views_kind
)
select platform, "of"::bigint as "of", what, rows from
    (select * from flags union all select * from kinds) order by platform, what
