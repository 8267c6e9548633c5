"""What the tests of several services need."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.services.plan_world import World, make_world


@pytest.fixture
def world(new_uow) -> World:
    """An office with staff, to plan and visit in, on its real encrypted file."""
    return make_world(new_uow)


@pytest.fixture
def acts(office):
    """What the log holds, oldest first: rows with act, object, object_id, reason, details."""

    def rows():
        with office.engine.connect() as connection:
            text = "SELECT act, object, object_id, reason, details FROM audit_log ORDER BY sequence"
            return list(connection.execute(sa.text(text)))

    return rows
