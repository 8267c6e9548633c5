"""The whole roster in the order of decisions and standings: as the people themselves would give it."""

import random
from datetime import date, timedelta

import pytest

from app.domain.partial_date import PartialDate
from app.domain.standing import Standing
from app.domain.subject import Sanction, Subject
from app.services.ports import RosterFilter
from app.storage import queries
from app.storage.queries import SORTS


@pytest.fixture(params=(0, 1, 2))
def roster(request, office, new_uow):
    """Thirty people; of the last office one has no standing yet."""
    chance = random.Random(request.param)
    with new_uow() as uow:
        ids = uow.repository(Subject).put_all(Subject(name=f"人{n % 7}") for n in range(30))
        for id_ in ids:
            for _ in range(chance.randint(0, 3)):
                day = chance.choice(
                    (None, PartialDate(2025, chance.randint(1, 3)), PartialDate(2024, 5, 6))
                )
                regime = chance.choice(("党纪", "政务", "事业单位"))
                uow.repository(Sanction).put(
                    Sanction(subject_id=id_, regime=regime, kind="警告", decided_on=day)
                )
        uow.repository(Standing).put_all(
            Standing(
                subject_id=id_,
                verdict=chance.choice(("应回访", "期满")),
                reason=chance.choice(("", "甲", "乙")),
                doubtful=chance.random() < 0.5,
                last_day=chance.choice((None, date(2026, 1, 1) + timedelta(chance.randint(0, 3)))),
            )
            for id_ in ids[request.param == 2 :]
        )
        uow.connection.exec_driver_sql(
            "UPDATE standing SET visited = id % 2, visited_on = CASE WHEN id % 3 THEN '2026-01-0' ||"
            " (1 + id % 4) END, filed = id % 5 = 0"
        )
        uow.commit()
    return office.roster()


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("column", SORTS)
def test_the_short_way_gives_the_order_of_the_plain_one(column, descending, roster, monkeypatch):
    which = RosterFilter(sort_by=column, descending=descending)
    pages = [row.id for start in range(0, 35, 4) for row in roster.page(which, start, 4)]
    monkeypatch.setattr(queries, "page_of_everybody", lambda *_: None)
    assert pages == [row.id for row in roster.page(which, 0, 100)]
