-- What is true of how many creators of each platform. Parameters: $cut, the followers at which the
-- tiers part; $near, how close to it a count may be rounded over it, as a share.
with creators as (select platform, followers from creators)
unpivot (
    select
        platform,
        count(*) as "of",
        count(*) filter (followers = $cut) as "exactly 100,000 followers: rounded, on the cut",
        count(*) filter (abs(followers - $cut) <= $near * $cut)
            as "within 5 % of the cut at 100,000 followers"
    from creators group by platform
) on columns(* exclude (platform, "of")) into name what value rows
order by platform, what
