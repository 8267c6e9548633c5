"""What the tests of several services need."""

from __future__ import annotations

import pytest

from tests.services.plan_world import World, make_world


@pytest.fixture
def world(new_uow) -> World:
    """An office with staff, to plan and visit in, on its real encrypted file."""
    return make_world(new_uow)
