"""What the settings would look like, while they are typed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.domain.settings import PAPER, Settings
from app.ui.settings_preview import PREVIEWS


@pytest.mark.parametrize("style", ["1985.03", "1985年3月", ""])
def test_a_date_style_that_is_not_chosen_yet_shows_the_usual_one(style):
    shown = PREVIEWS[PAPER](replace(Settings(), date_style=style))
    assert (style or "1985.03") in shown
