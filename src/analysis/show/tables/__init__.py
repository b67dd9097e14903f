"""Tables of answers and of what stands behind them.

Every table goes through ``layout.table``, which suppresses small counts.
"""

from analysis.show.tables.answers import across_niches, creators_needed, evidence, power
from analysis.show.tables.conversion import chain, order_difference, orders_held, without_orders
from analysis.show.tables.cost import break_even, costs, growth_of_cost
from analysis.show.tables.data import (
    cautions,
    creators_by_tier,
    doubts,
    exclusions,
    files,
    joins,
    metric_states,
    oddities,
    origins,
    selection,
)
from analysis.show.tables.decision import (
    ahead,
    backtest,
    creators,
    deciding_test,
    gain,
    judged,
    made_before,
    next_money,
    rebooking,
    refused,
    split,
)
from analysis.show.tables.engagement import growth, pooled, steps
from analysis.show.tables.layout import table
from analysis.show.tables.money import levels_and_ratios, money
from analysis.show.tables.published_findings import published
from analysis.show.tables.relationship import (
    audiences,
    booked,
    engagement_with_growth,
    follower_growth,
    format_rates,
    format_shares,
    rates,
    replies_at_equal_comments,
    shares,
    spent,
    time_to_answer,
)
from analysis.show.tables.robustness import (
    alike,
    captures,
    choices,
    follower_counts,
    largest,
    standing,
)
