"""What every gate of the chain needs: the law on a day, refusal, and the record of exceptions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.domain.audit import Act
from app.domain.gates import Exemption, Key, Obstacle, sentence, still_closed
from app.domain.plan_checks import put_off_obstacle, verdict_obstacle
from app.domain.rulebook import RuleBook
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.domain.verdict import Assessment, assess
from app.domain.working_days import WorkingDays
from app.services.ports import UnitOfWork, UserError


class GateClosed(UserError):
    """An act is refused as things stand; ``obstacles`` say why and which a reason would pass."""

    exit_code = 2
    number = 211

    def __init__(self, obstacles: Sequence[Obstacle]) -> None:
        super().__init__(sentence(obstacles))
        self.obstacles = tuple(obstacles)

    @property
    def passable(self) -> bool:
        """Whether reasons (and where asked, an approver) would open every one of them."""
        return all(obstacle.gate.key is not Key.NONE for obstacle in self.obstacles)


class NotPossible(UserError):
    """The record is not in a state in which this can be done."""

    exit_code = 2
    number = 212


@dataclass(frozen=True, slots=True)
class Law:
    """The rules and settings in force, and today's date: what verdicts are computed with."""

    rules: RuleBook
    settings: Settings
    today: date
    working_days: WorkingDays = field(default_factory=WorkingDays)

    def on(self, dossier: Dossier, day: date) -> Assessment:
        """Return the verdict on a person as of ``day``."""
        return assess(dossier, as_of=day, rules=self.rules, settings=self.settings)

    def obstacles(self, dossier: Dossier, day: date) -> list[Obstacle]:
        """Return what article 5, the period and 暂缓 put in the way of a visit on ``day``."""
        both = (verdict_obstacle(self.on(dossier, day)), put_off_obstacle(dossier, day))
        return [obstacle for obstacle in both if obstacle is not None]


def pass_gates(
    uow: UnitOfWork,
    obstacles: Iterable[Obstacle],
    *,
    given: Sequence[Exemption] = (),
    known: Sequence[Exemption] = (),
    today: date,
    **owner: int | None,
) -> None:
    """Let an act through, or raise ``GateClosed`` with every obstacle that is left.

    ``known`` exemptions were recorded earlier; of those ``given`` now, the ones that open an
    obstacle are recorded for ``owner`` (``plan_id=…``), the others are ignored.
    """
    closed = still_closed(obstacles, known)
    left = still_closed(closed, given)
    if left:
        raise GateClosed(left)
    for obstacle in closed:
        key = next(exemption for exemption in given if obstacle.passed_by(exemption))
        mine = replace(key, id=None, revision=0, on=key.on or today)
        for name, id_ in owner.items():
            setattr(mine, name, id_)
        mine.reason, mine.approver = mine.reason.strip(), mine.approver.strip()
        uow.repository(Exemption).put(mine)
        entity, entity_id = _named(owner)
        details: dict[str, Any] = {"情况": obstacle.message, "批准人": mine.approver}
        uow.record(Act(f"例外：{obstacle.gate.title}", entity, entity_id, mine.reason, details))


_ENTITY = {"list_id": "VisitingList", "plan_id": "Plan", "visit_id": "Visit", "ending_id": "Ending"}


def _named(owner: dict[str, int | None]) -> tuple[str, int | None]:
    name = next((name for name in reversed(_ENTITY) if owner.get(name)), "plan_id")
    return _ENTITY[name], owner.get(name)
