-- One row per creator: what their posts and placements add up to in one scope. With $by_campaign a
-- creator has one row per campaign, and their posts stand in each of them.
--
-- Parameters: $first_day and $last_day (dates, null for an open end), $campaign (null for all),
-- $hourly_rate (cost of an hour of handling), $extra_handling (added to the cost of every placement
-- in cost_handled), $target (segments of the audience that is sought, like |age=18-24|gender=female|,
-- null where none is named), $target_dimensions (of how many dimensions), $posts_kept (own, any, unsponsored) and $placements_kept (all, unboosted,
-- ungifted), other ways of counting.
-- A sum never mixes rows with and without a metric: every numerator stands beside the exposure of
-- the same rows. A post that does not know its followers counts with the creator's own; they meet
-- after the sums, because creators are few and posts are many. Of several posts in one second the
-- fewest followers count as those at the first: seconds and followers share one number. Sums over
-- posts say which rows count by case, not by filter, which would gather them anew for every sum.
-- Interactions are likes plus comments, counted where both are known; likes_alone needs likes only.
-- Posts that were boosted or gave something away are left out of every sum over posts but
-- interactions_any, unless $posts_kept asks for any; unsponsored leaves out paid posts too. A placement
-- has a cost where its fee is known, or where it was gifted and the product's cost is known; the
-- other parts of the cost count where they are known. The chain_ sums are over placements that know
-- clicks, orders and reach or impressions; those of reach, impressions, sessions and net orders are
-- missing unless all of these placements know them. campaign_interactions are those of the posts
-- that name the placement's campaign; of several placements of a creator in it each has an equal
-- part. Geometric means of interactions add up logarithms in whole billionths, so that the order of
-- posts changes no digit; a half is added to every count before and, in sponsored_interactions,
-- taken off again, because a numerator is given it by the estimator. Totals since the account began
-- are compared per post and follower of today, from five posts on: a single success weighs too much
-- before.
with posts_in_scope as not materialized (
    select
        creator_id,
        platform,
        campaign,
        post_id,
        posted_at,
        followers_at_posting,
        is_sponsored,
        is_organic,
        replies_shown,
        comments_cut_off,
        topics,
        likes + comments as interactions_any,
        case when is_organic then likes end as likes_alone,
        case when is_organic then likes + comments end as interactions,
        case when is_organic then likes + comments + saves + shares end as interactions_full,
        case when is_organic then views end as views,
        case when is_organic then reach end as reach,
        case when is_organic then saves end as saves,
        case when is_organic then shares end as shares,
        case when is_organic then profile_visits end as profile_visits,
        case when is_organic then comments_read end as comments_read,
        case when is_organic then comments_purchase_intent end as comments_purchase_intent
    from (
        select
            *,
            $posts_kept = 'any' or (
                not coalesce(is_boosted, false) and not coalesce(is_giveaway, false)
                and not ($posts_kept = 'unsponsored' and coalesce(is_sponsored, false))
            ) as is_organic
        from posts
        where ($first_day::date is null or posted_at >= $first_day::date)
          and ($last_day::date is null or posted_at < $last_day::date + interval 1 day)
          and ($campaign::text is null or campaign = $campaign::text)
    )
),

engagement as (
    select
        creator_id,
        platform,
        count(*) as posts,
        (max(epoch(posted_at)::bigint) - min(epoch(posted_at)::bigint))::double / 86400 as days_posted,
        min(epoch(posted_at)::bigint * 4294967296 + followers_at_posting) % 4294967296
            as followers_at_first_post,
        count(interactions)::double as posts_engaged,
        sum(interactions::double) as interactions,
        sum(case when interactions is not null then followers_at_posting::double end)
            as followers_then,
        count(*) filter (interactions is not null and followers_at_posting is null)
            as posts_without_followers_then,
        count(likes_alone)::double as posts_liked,
        sum(likes_alone::double) as likes_alone,
        sum(case when likes_alone is not null then followers_at_posting::double end)
            as followers_then_liked,
        count(*) filter (likes_alone is not null and followers_at_posting is null)
            as posts_without_followers_then_liked,
        count(interactions_any)::double as posts_any,
        sum(interactions_any::double) as interactions_any,
        sum(case when interactions_any is not null then followers_at_posting::double end)
            as followers_then_any,
        count(*) filter (interactions_any is not null and followers_at_posting is null)
            as posts_without_followers_then_any,
        count(interactions_full)::double as posts_full,
        sum(interactions_full::double) as interactions_full,
        sum(case when interactions_full is not null then followers_at_posting::double end)
            as followers_then_full,
        count(*) filter (interactions_full is not null and followers_at_posting is null)
            as posts_without_followers_then_full,
        sum(case when views > 0 then interactions::double end) as interactions_viewed,
        sum(case when views > 0 and interactions is not null then views::double end) as views,
        sum(case when reach > 0 then interactions::double end) as interactions_reached,
        sum(case when reach > 0 and interactions is not null then reach::double end) as reach,
        nullif(count(reach), 0)::double as posts_reached,
        sum(reach::double) as reach_all,
        nullif(count(views), 0)::double as posts_viewed,
        sum(views::double) as views_all,
        sum(case when reach > 0 then saves::double end) as saves,
        sum(case when saves is not null then reach::double end) as reach_saved,
        sum(case when reach > 0 then shares::double end) as shares,
        sum(case when shares is not null then reach::double end) as reach_shared,
        sum(case when reach > 0 then profile_visits::double end) as profile_visits,
        sum(case when profile_visits is not null then reach::double end) as reach_visited,
        sum(case when comments_read > 0 then comments_purchase_intent::double end)
            as purchase_intent,
        sum(case when comments_purchase_intent is not null then comments_read::double end)
            as comments_read,
        abs(exp(
            sum(case when is_sponsored then round(1e9 * ln(interactions + 0.5)) end)
            / (1e9 * count(case when is_sponsored then interactions end))
        ) - 0.5) as sponsored_interactions,
        exp(
            sum(case when not is_sponsored then round(1e9 * ln(interactions + 0.5)) end)
            / (1e9 * count(case when not is_sponsored then interactions end))
        ) as own_interactions
    from posts_in_scope
    group by all
),

-- Answers below a comment exist on Instagram since 2017 and are common from October on: what could
-- not be seen before is not available, never zero. Comments count that others wrote in the first 48
-- hours; an answer stands below a comment or names the commenter with @ in a later one.
answers as (
    select
        creator_id,
        platform,
        count(*)::double as comments_received,
        count(distinct post_id)::double as posts_commented,
        count(case when answered_after <= 1 * 3600 then 1 end)::double as answered_in_1h,
        count(case when answered_after <= 6 * 3600 then 1 end)::double as answered_in_6h,
        count(case when answered_after <= 24 * 3600 then 1 end)::double as answered_in_24h,
        count(case when answered_after <= 48 * 3600 then 1 end)::double as answered_in_48h,
        nullif(count(case when not comments_cut_off then 1 end), 0)::double as comments_complete,
        count(distinct case when not comments_cut_off then post_id end)::double as posts_complete,
        count(case when not comments_cut_off and answered_after <= 48 * 3600 then 1 end)::double
            as answered_complete,
        nullif(count(case when is_question then 1 end), 0)::double as questions_received,
        count(case when is_question and answered_after <= 48 * 3600 then 1 end)::double
            as questions_answered
    from (
        select
            creator_id,
            platform,
            post_id,
            comments_cut_off,
            is_question,
            least(reply_after_seconds, mention_after_seconds) as answered_after
        from comments
        inner join posts_in_scope using (creator_id, platform, post_id)
        where not is_by_creator and age_seconds <= 48 * 3600
          and is_organic and coalesce(replies_shown, true)
          and (platform <> 'instagram' or posted_at >= date '2017-10-01')
    )
    group by all
),

-- Posts of a platform on which nobody listed a mention name nobody knows whom: not available.
naming as (
    select
        creator_id,
        platform,
        count(*)::double as posts_watched,
        count(named)::double as posts_naming,
        count(case when paid then named end)::double as posts_naming_paid,
        count(case when not paid then named end)::double as posts_naming_unpaid
    from (
        select
            creator_id,
            platform,
            mentions.post_id as named,
            coalesce(mentions.is_paid, false) or coalesce(is_sponsored, false) as paid
        from posts_in_scope
        left join mentions using (creator_id, platform, post_id)
        where platform in (select platform from mentions)
    )
    group by all
),

-- A post with several topics has an equal part of each, in 5,040ths, so that sums are exact. Of two
-- posts drawn from a creator's, and one topic of each, topic_pairs_alike over topic_pairs is how
-- often the topics agree: an unbiased concentration, whatever the number of posts. Posts without a
-- topic are in neither.
topic_parts as (
    select creator_id, platform, post_id, topic, round(5040.0 / of_post) as part
    from (
        select *, count(*) over (partition by creator_id, platform, post_id) as of_post
        from (
            select distinct creator_id, platform, post_id, lower(trim(topic)) as topic
            from (
                select creator_id, platform, post_id, unnest(string_split(topics, ',')) as topic
                from posts_in_scope
                where topics is not null
            )
            where trim(topic) <> ''
        )
    )
),

concentration as (
    select
        creator_id,
        platform,
        (sum(alike) - sum(with_itself)) / (5040.0 * 5040.0) as topic_pairs_alike,
        max(tagged) * (max(tagged) - 1) as topic_pairs
    from (
        select
            creator_id,
            platform,
            topic,
            sum(part)::double * sum(part)::double as alike,
            sum(part * part)::double as with_itself
        from topic_parts
        group by all
    )
    inner join (
        select creator_id, platform, count(distinct post_id)::double as tagged
        from topic_parts
        group by all
    ) using (creator_id, platform)
    group by all
),

-- An audience's share in the target is known of a dimension if each of its segments is listed, or
-- the list is whole. Lists that are cut off are never made to add up to 1. Where parts overlap, as
-- interests do, several cannot be added. Dimensions are taken as independent of each other.
audiences as (
    select
        creator_id,
        platform,
        case
            when count(case when inside is not null then 1 end) = $target_dimensions
                then 1
        end::double as audience_known,
        round(exp(sum(ln(greatest(inside, 1e-12)))), 9) as audience_in_target
    from (
        select
            creator_id,
            platform,
            case
                when sum(share) > 1.02 and wanted > 1 then null
                when count(case when is_in_target then 1 end) = wanted or sum(share) >= 0.995
                    then sum(case when is_in_target then share else 0 end)
            end as inside
        from (
            select
                creator_id,
                platform,
                dimension,
                share,
                strpos($target::text, concat('|', dimension, '=', segment, '|')) > 0 as is_in_target,
                (length($target::text) - length(replace($target::text, concat('|', dimension, '='), '')))
                    / length(concat('|', dimension, '=')) as wanted
            from audience
            where strpos($target::text, concat('|', dimension, '=')) > 0
        )
        group by creator_id, platform, dimension, wanted
    )
    group by all
),

campaign_posts as (
    select
        creator_id, platform, campaign, sum(interactions_any::double) as campaign_interactions
    from posts_in_scope
    where campaign is not null
    group by all
),

costed as (
    select
        *,
        orders - coalesce(orders_refunded, 0) as net_orders,
        coalesce(fee, case when collaboration = 'gifted' and product_cost is not null then 0 end)
            + coalesce(product_cost, 0) + coalesce(agency_fee, 0) + coalesce(boost_spend, 0)
            + coalesce(handling_hours, 0) * $hourly_rate::double as cost,
        clicks is not null and orders is not null and (reach > 0 or impressions > 0) as in_chain,
        campaign_interactions / placements_alike as interactions_booked
    from (
        select
            *,
            count(*) over (partition by creator_id, platform, campaign) as placements_alike
        from placements
        where ($campaign::text is null or campaign = $campaign::text)
          and ($first_day::date is null or coalesce(placed_at, starts_on) >= $first_day::date)
          and ($last_day::date is null or coalesce(placed_at, starts_on) <= $last_day::date)
    )
    left join campaign_posts using (creator_id, platform, campaign)
    where not ($placements_kept = 'unboosted' and coalesce(boost_spend, 0) > 0)
      and not ($placements_kept = 'ungifted' and coalesce(collaboration, '') = 'gifted')
),

conversion as (
    select
        creator_id,
        platform,
        case when $by_campaign then coalesce(campaign, '') else '' end as campaign,
        count(*) as placements,
        sum(clicks::double) filter (impressions > 0) as clicks_shown,
        sum(impressions::double) filter (clicks is not null) as impressions_clicked,
        sum(orders::double) filter (clicks is not null) as orders_clicked,
        sum(clicks::double) filter (orders is not null) as clicks,
        sum(net_orders::double) filter (clicks is not null and orders_refunded is not null)
            as net_orders_clicked,
        sum(clicks::double) filter (orders_refunded is not null and orders is not null)
            as clicks_netted,
        sum(orders::double) filter (impressions is not null) as orders_shown,
        sum(impressions::double) filter (orders is not null) as impressions,
        sum(orders::double) filter (reach is not null) as orders_reached,
        sum(reach::double) filter (orders is not null) as placements_reach,
        sum(net_orders::double) filter (impressions is not null and orders_refunded is not null)
            as net_orders_shown,
        sum(impressions::double) filter (orders_refunded is not null and orders is not null)
            as impressions_netted,
        sum(orders_refunded::double) filter (orders is not null) as refunds,
        sum(orders::double) filter (orders_refunded is not null) as orders_known_refunds,
        sum(clicks::double) filter (reach > 0) as clicks_reached,
        sum(reach::double) filter (clicks is not null) as reach_clicked,
        sum(sessions::double) filter (reach > 0) as sessions_reached,
        sum(reach::double) filter (sessions is not null) as reach_visiting,
        case when count(*) filter (in_chain) = count(*) filter (in_chain and reach > 0)
            then sum(reach::double) filter (in_chain) end as chain_reach,
        case when count(*) filter (in_chain) = count(*) filter (in_chain and impressions > 0)
            then sum(impressions::double) filter (in_chain) end as chain_impressions,
        sum(clicks::double) filter (in_chain) as chain_clicks,
        case when count(*) filter (in_chain) = count(sessions) filter (in_chain)
            then sum(sessions::double) filter (in_chain) end as chain_sessions,
        sum(orders::double) filter (in_chain) as chain_orders,
        case when count(*) filter (in_chain) = count(orders_refunded) filter (in_chain)
            then sum(net_orders::double) filter (in_chain) end as chain_net_orders,
        sum(cost) as cost,
        nullif(count(cost), 0)::double as placements_costed,
        sum(cost) filter (impressions > 0) as cost_shown,
        sum(impressions::double) filter (cost is not null) as impressions_costed,
        sum(cost) filter (views is not null) as cost_viewed,
        sum(views::double) filter (cost is not null) as views_costed,
        sum(cost) filter (clicks is not null) as cost_clicked,
        sum(clicks::double) filter (cost is not null) as clicks_costed,
        sum(cost) filter (orders is not null) as cost_ordered,
        sum(orders::double) filter (cost is not null) as orders_costed,
        sum(cost) filter (orders is not null and orders_refunded is not null) as cost_netted,
        sum(net_orders::double) filter (cost is not null and orders_refunded is not null)
            as net_orders_costed,
        sum(cost + $extra_handling::double) filter (orders is not null) as cost_handled,
        sum(cost) filter (interactions_booked is not null) as cost_engaged,
        sum(interactions_booked) filter (cost is not null) as interactions_costed,
        sum(revenue) filter (orders is not null) as revenue_ordered,
        sum(orders::double) filter (revenue is not null) as orders_earning,
        sum(revenue) filter (cost is not null) as revenue,
        sum(cost) filter (revenue is not null) as cost_earning
    from costed
    group by all
),

-- In whatever scope: a campaign or a period takes nobody's booking away.
ever_booked as (
    select creator_id, platform, count(*) as bookings
    from placements
    group by all
)

select
    creator_id,
    person,
    platform,
    niche,
    coalesce(followers_at_first_post, followers) as followers,
    followers as followers_listed,
    country,
    following,
    lifetime_posts,
    found_through,
    coalesce(
        case when booked then 1 when not booked then 0 end,
        case
            when bookings > 0 then 1
            when platform in (select platform from placements) then 0
        end
    )::double as booked,
    case
        when posts_without_followers_then = 0 then followers_then
        when posts_engaged > 0
            then coalesce(followers_then, 0)
                + posts_without_followers_then * followers::double
    end as followers_exposed,
    case
        when posts_without_followers_then_liked = 0 then followers_then_liked
        when posts_liked > 0
            then coalesce(followers_then_liked, 0)
                + posts_without_followers_then_liked * followers::double
    end as followers_exposed_liked,
    case
        when posts_without_followers_then_any = 0 then followers_then_any
        when posts_any > 0
            then coalesce(followers_then_any, 0)
                + posts_without_followers_then_any * followers::double
    end as followers_exposed_any,
    case
        when posts_without_followers_then_full = 0 then followers_then_full
        when posts_full > 0
            then coalesce(followers_then_full, 0)
                + posts_without_followers_then_full * followers::double
    end as followers_exposed_full,
    case when lifetime_posts >= 5 then lifetime_posts::double * followers end as lifetime_exposure,
    * exclude (
        creator_id, person, platform, niche, followers, followers_at_first_post, followers_then,
        posts_without_followers_then, followers_then_any, posts_without_followers_then_any,
        followers_then_full, posts_without_followers_then_full,
        followers_then_liked, posts_without_followers_then_liked,
        country, following, lifetime_posts, found_through, booked, bookings, audience_in_target
    ),
    case when audience_known = 1 then audience_in_target end as audience_in_target
from (
    select
        creator_id, person, platform, niche, followers, arrival, country, following,
        lifetime_posts, lifetime_likes, lifetime_views, found_through, booked
    from creators
)
left join engagement using (creator_id, platform)
left join answers using (creator_id, platform)
left join naming using (creator_id, platform)
left join concentration using (creator_id, platform)
left join audiences using (creator_id, platform)
left join conversion using (creator_id, platform)
left join ever_booked using (creator_id, platform)
order by arrival, campaign
