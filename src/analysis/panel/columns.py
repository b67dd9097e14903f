"""What each column of the creator panel holds, in the panel's order."""

_COLUMNS = """
creator_id            pseudonym of the account
person                pseudonym of its owner; the account's own where no owner is stated
platform              where the account is
niche                 what the account is about
followers             followers at the first post in scope where known, else those of the roster
followers_exposed     followers summed over the posts of interactions
lifetime_exposure     followers times posts since the account began, from five posts on
arrival               place of the account in the roster
lifetime_likes        likes since the account began
lifetime_views        views since the account began
posts                 posts in scope
posts_engaged         posts with likes and comments
interactions          likes and comments of those posts
interactions_viewed   interactions of the posts of views
views                 views of posts with views, likes and comments
interactions_reached  interactions of the posts of reach
reach                 people reached by posts with reach, likes and comments
posts_reached         posts with reach
reach_all             people reached by those posts
posts_viewed          posts with views
views_all             views of those posts
saves                 saves of the posts of reach_saved
reach_saved           people reached by posts with saves and reach
shares                shares of the posts of reach_shared
reach_shared          people reached by posts with shares and reach
profile_visits        profile visits from the posts of reach_visited
reach_visited         people reached by posts with profile visits and reach
purchase_intent       comments that ask where to buy, of comments_read
comments_read         comments that were read for what they say
campaign              campaign of the placements; empty in the panel over all campaigns
placements            placements in scope
clicks_shown          clicks of the placements of impressions_clicked
impressions_clicked   impressions of placements with impressions and clicks
orders_clicked        orders of the placements of clicks
clicks                clicks of placements with clicks and orders
orders_shown          orders of the placements of impressions
impressions           impressions of placements with impressions and orders
orders_reached        orders of the placements of placements_reach
placements_reach      people reached by placements with reach and orders
net_orders_shown      orders kept of the placements of impressions_netted
impressions_netted    impressions of placements with impressions, orders and refunds
refunds               orders refunded of orders_known_refunds
orders_known_refunds  orders of placements with orders and refunds
clicks_reached        clicks of the placements of reach_clicked
reach_clicked         people reached by placements with reach and clicks
sessions_reached      shop visits of the placements of reach_visiting
reach_visiting        people reached by placements with reach and shop visits
chain_reach           people reached by placements with clicks, orders and reach or impressions
chain_impressions     impressions of those placements
chain_clicks          clicks of those placements
chain_sessions        shop visits of those placements
chain_orders          orders of those placements
chain_net_orders      orders kept of those placements
cost                  fee, product, agency, boosting and handling of placements with a cost
placements_costed     placements with a cost
cost_shown            cost of the placements of impressions_costed
impressions_costed    impressions of placements with a cost and impressions
cost_clicked          cost of the placements of clicks_costed
clicks_costed         clicks of placements with a cost and clicks
cost_ordered          cost of the placements of orders_costed
orders_costed         orders of placements with a cost and orders
cost_handled          cost of those placements with the study's extra handling
cost_engaged          cost of the placements of interactions_costed
interactions_costed   interactions of posts that name the campaign of a placement with a cost
revenue               revenue of placements with a cost and revenue
cost_earning          cost of those placements
"""

PANEL_COLUMNS: dict[str, str] = dict(
    line.split(maxsplit=1) for line in _COLUMNS.strip().splitlines()
)
