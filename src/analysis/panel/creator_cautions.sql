-- What is true of how many creators of each platform. Parameters: $cut, the followers at which the
-- tiers part; $near, how close to it a count may be rounded over it, as a share.
with counted as (
    select
        platform,
        count(*) as accounts,
        count(case when followers = $cut then 1 end) as on_the_cut,
        count(case when abs(followers - $cut) <= $near * $cut then 1 end) as near_the_cut
    from creators group by platform
)
select platform, accounts as "of", what, what_rows as "rows" from (
    select
        platform,
        accounts,
        'exactly 100,000 followers: rounded, on the cut' as what,
        on_the_cut as what_rows
    from counted
    union all
    select
        platform,
        accounts,
        'within 5 % of the cut at 100,000 followers' as what,
        near_the_cut as what_rows
    from counted
)
order by platform, what
