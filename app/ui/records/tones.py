"""How states look in lists: a mark and a colour each, so that colour is never the only sign."""

from __future__ import annotations

from app.domain import ending, plan, request, result_stage, visit, visiting_list
from app.ui.theme import NEUTRAL, Tone

_BLUE, _AMBER, _GREEN, _RED = "accent_wash", "warning_wash", "good_tint", "danger_tint"

PLAN_TONES: dict[str, Tone] = {
    plan.DRAFT: Tone("✎", "muted", "wash"),
    plan.SUBMITTED: Tone("◇", "warning", _AMBER),
    plan.REJECTED: Tone("↩", "danger", _RED),
    plan.APPROVED: Tone("●", "accent", _BLUE),
    plan.CARRIED_OUT: Tone("✓", "good", _GREEN),
    plan.CLOSED: Tone("■", "muted", "wash"),
    plan.REPLACED: NEUTRAL,
    plan.CANCELLED: Tone("×", "muted", "wash"),
}
DECISION_TONES: dict[str, Tone] = {
    visiting_list.INCLUDED: Tone("●", "accent", _BLUE),
    visiting_list.LEFT_OUT: Tone("×", "muted", "wash"),
    visiting_list.PUT_OFF: Tone("◇", "warning", _AMBER),
}
VISIT_TONES: dict[str, Tone] = {
    visit.UNDER_WAY: Tone("◇", "warning", _AMBER),
    visit.DONE: Tone("✓", "good", _GREEN),
    visit.CALLED_OFF: Tone("×", "muted", "wash"),
}
REQUEST_TONES: dict[str, Tone] = {
    request.OPEN: Tone("◇", "warning", _AMBER),
    request.ANSWERED: Tone("●", "accent", _BLUE),
    request.TOLD: Tone("✓", "good", _GREEN),
}
RESULT_TONES: dict[str, Tone] = {
    result_stage.UNDECIDED: Tone("✎", "muted", "wash"),
    result_stage.UNTOLD: Tone("◇", "warning", _AMBER),
    result_stage.TO_DO: Tone("◇", "warning", _AMBER),
    result_stage.UNANSWERED: Tone("↩", "accent", _BLUE),
    result_stage.UNFILED: Tone("●", "accent", _BLUE),
    result_stage.FILED: Tone("■", "good", _GREEN),
}
ENDING_TONES: dict[str, Tone] = {
    "待办理": Tone("!", "danger", _RED),
    ending.UNDER_WAY: Tone("◇", "warning", _AMBER),
    ending.CONFIRMED: Tone("✓", "good", _GREEN),
    ending.STOPPED: Tone("×", "muted", "wash"),
}
STATE_TONES = PLAN_TONES | VISIT_TONES | RESULT_TONES | ENDING_TONES
LATE = Tone("!", "danger", _RED)
