"""Read-only lists of visits and requests: frozen rows, one statement each."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.domain.gates import Exemption
from app.domain.plan import Plan
from app.domain.request import TOLD, Request
from app.domain.subject import Subject
from app.domain.visit import UNDER_WAY, Talk, Visit
from app.services.plan_use_cases import RequestRow, VisitRow
from app.storage.tables import TABLE_OF

_subject, _plan, _visit = TABLE_OF[Subject], TABLE_OF[Plan], TABLE_OF[Visit]
_talk, _request, _exemption = TABLE_OF[Talk], TABLE_OF[Request], TABLE_OF[Exemption]


class SqlPlanQueries:
    """Visits and requests with the names of the people they are about."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine

    def visits(self) -> Sequence[VisitRow]:
        """Return all visits: those under way first, then the latest first."""

        def number(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
            query = sa.select(sa.func.count()).select_from(table).where(*where)
            return query.correlate(_visit).scalar_subquery()

        unfinished = (_request.c.subject_id == _visit.c.subject_id) & (_request.c.state != TOLD)
        query = (
            sa.select(
                _visit.c.id,
                _visit.c.subject_id,
                _subject.c.name,
                _subject.c.unit,
                _visit.c.state,
                _visit.c.method,
                _visit.c.on,
                _visit.c.plan_id,
                sa.func.coalesce(_plan.c.title, ""),
                _visit.c.form_id,
                number(_talk, _talk.c.visit_id == _visit.c.id),
                number(_request, unfinished),
                number(_exemption, _exemption.c.visit_id == _visit.c.id),
            )
            .join_from(_visit, _subject, _subject.c.id == _visit.c.subject_id)
            .outerjoin(_plan, _plan.c.id == _visit.c.plan_id)
            .order_by(
                sa.case((_visit.c.state == UNDER_WAY, 0), else_=1),
                _visit.c.on.desc().nulls_first(),
                _visit.c.id.desc(),
            )
        )
        with self._engine.connect() as connection:
            return [VisitRow(*tuple(row)) for row in connection.execute(query)]

    def requests(self, *, unfinished: bool) -> Sequence[RequestRow]:
        """Return the requests by due date: all, or those not yet told to the person."""
        query = (
            sa.select(
                _request.c.id,
                _request.c.subject_id,
                _subject.c.name,
                _subject.c.unit,
                _request.c.visit_id,
                _request.c.state,
                _request.c.kind,
                _request.c.content,
                _request.c.owner,
                _request.c.raised_on,
                _request.c.due_on,
            )
            .join_from(_request, _subject, _subject.c.id == _request.c.subject_id)
            .order_by(
                sa.case((_request.c.state == TOLD, 1), else_=0),
                _request.c.due_on.nulls_last(),
                _request.c.id,
            )
        )
        if unfinished:
            query = query.where(_request.c.state != TOLD)
        with self._engine.connect() as connection:
            return [RequestRow(*tuple(row)) for row in connection.execute(query)]
