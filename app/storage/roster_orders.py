"""Everybody by what a person's decisions or standing say, read without the people themselves.

People lie all over the file: to sort a hundred thousand of them by a reason, reading every one took
ten times as long as reading the standings alone.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from app.domain.subject import PARTY
from app.services.ports import RosterFilter
from app.storage.engine import rows_of
from app.storage.roster_filters import (
    BY_DECISION,
    MAY_BE_UNKNOWN,
    Order,
    everybody_stands,
    orders_of,
)

_BY_STANDING = ("verdict", "reason", "doubtful", "visited_on", "visited", "filed")
_WAY_TO_READ = {"verdict": "INDEXED BY ix_standing_subject_id_verdict"}
"""How standings are read; otherwise all of them, as they lie: an index would look them up singly."""


def page_of_everybody(
    connection: sa.Connection, which: RosterFilter, offset: int, limit: int
) -> list[int] | None:
    """Return the ids of a page of the whole roster; ``None`` where this is not the way to it."""
    orders = orders_of(which)
    narrowed = replace(which, sort_by="name", descending=False, then_by=()) != RosterFilter()
    if narrowed or len(orders) > 1:
        return None
    [order] = orders
    page = f"LIMIT {limit:d} OFFSET {offset:d}"
    if order.name in BY_DECISION:
        ids = _by_decision(connection, order, page)
        return ids if len(ids) == limit else None  # behind them stand those without a decision
    if order.name in _BY_STANDING and everybody_stands(connection):
        read = _WAY_TO_READ.get(order.name, "NOT INDEXED")
        sorting = f"ORDER BY {order.name} {_way(order)}, subject_id {page}"
        found = rows_of(connection, f"SELECT subject_id FROM standing {read} {sorting}")
        return [id_ for (id_,) in found]
    return None


def _by_decision(connection: sa.Connection, order: Order, page: str) -> list[int]:
    regime = "=" if order.name.startswith("party") else "!="
    statement = (
        f"SELECT subject_id FROM sanction WHERE regime {regime} ? AND subject_id IS NOT NULL"
        " GROUP BY subject_id HAVING min(decided_on) IS NOT NULL"
        f" ORDER BY min(decided_on) {_way(order)}, subject_id {page}"
    )
    return [id_ for (id_,) in rows_of(connection, statement, (PARTY,))]


def _way(order: Order) -> str:
    way = "DESC" if order.descending else "ASC"
    return f"{way} NULLS LAST" if order.name in MAY_BE_UNKNOWN else way
