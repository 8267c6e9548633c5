"""How states look in lists: a mark and a colour each, so that colour is never the only sign."""

from __future__ import annotations

from app.domain import ending, plan, request, result_stage, visit, visiting_list
from app.ui.theme import COLOURS, NEUTRAL, Tone

_BLUE, _AMBER, _GREEN, _RED = "#dcebf9", "#ffefcc", COLOURS.good_tint, COLOURS.danger_tint

PLAN_TONES: dict[str, Tone] = {
    plan.DRAFT: Tone("✎", COLOURS.muted, "#eceff3"),
    plan.SUBMITTED: Tone("◇", COLOURS.warning, _AMBER),
    plan.REJECTED: Tone("↩", COLOURS.danger, _RED),
    plan.APPROVED: Tone("●", COLOURS.accent, _BLUE),
    plan.CARRIED_OUT: Tone("✓", COLOURS.good, _GREEN),
    plan.CLOSED: Tone("■", COLOURS.muted, "#eceff3"),
    plan.REPLACED: NEUTRAL,
    plan.CANCELLED: Tone("×", COLOURS.muted, "#eceff3"),
}
DECISION_TONES: dict[str, Tone] = {
    visiting_list.INCLUDED: Tone("●", COLOURS.accent, _BLUE),
    visiting_list.LEFT_OUT: Tone("×", COLOURS.muted, "#eceff3"),
    visiting_list.PUT_OFF: Tone("◇", COLOURS.warning, _AMBER),
}
VISIT_TONES: dict[str, Tone] = {
    visit.UNDER_WAY: Tone("◇", COLOURS.warning, _AMBER),
    visit.DONE: Tone("✓", COLOURS.good, _GREEN),
    visit.CALLED_OFF: Tone("×", COLOURS.muted, "#eceff3"),
}
REQUEST_TONES: dict[str, Tone] = {
    request.OPEN: Tone("◇", COLOURS.warning, _AMBER),
    request.ANSWERED: Tone("●", COLOURS.accent, _BLUE),
    request.TOLD: Tone("✓", COLOURS.good, _GREEN),
}
RESULT_TONES: dict[str, Tone] = {
    result_stage.UNDECIDED: Tone("✎", COLOURS.muted, "#eceff3"),
    result_stage.UNTOLD: Tone("◇", COLOURS.warning, _AMBER),
    result_stage.TO_DO: Tone("◇", COLOURS.warning, _AMBER),
    result_stage.UNANSWERED: Tone("↩", COLOURS.accent, _BLUE),
    result_stage.UNFILED: Tone("●", COLOURS.accent, _BLUE),
    result_stage.FILED: Tone("■", COLOURS.good, _GREEN),
}
ENDING_TONES: dict[str, Tone] = {
    "待办理": Tone("!", COLOURS.danger, _RED),
    ending.UNDER_WAY: Tone("◇", COLOURS.warning, _AMBER),
    ending.CONFIRMED: Tone("✓", COLOURS.good, _GREEN),
    ending.STOPPED: Tone("×", COLOURS.muted, "#eceff3"),
}
STATE_TONES = PLAN_TONES | VISIT_TONES | RESULT_TONES | ENDING_TONES
LATE = Tone("!", COLOURS.danger, _RED)
