"""Verdicts kept for lists: recomputed with every change of a fact, and when a day or a rule brings one."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.domain.rulebook import RuleBook
from app.domain.settings import COUNT_TO_DAY, Settings
from app.domain.standing import Standing
from app.domain.subject import Dossier, Subject
from app.domain.verdict import Assessment, assess
from app.services.dossiers import load_dossier, load_dossiers
from app.services.ports import Change, Changes, Progress, UnitOfWork

__all__ = [
    "Moved",
    "RuleBooks",
    "assess_new",
    "compare_rules",
    "load_dossier",
    "load_dossiers",
    "reassess",
    "refresh_standings",
    "rules_mark",
    "what_moves",
]

RuleBooks = RuleBook
"""The rules a use case computes with (the name that callers' signatures use)."""

_AT_ONCE = 2_000  # people in memory at a time
_REASON_MOST = 500


def rules_mark(rules: RuleBook, settings: Settings) -> str:
    """Return what standings are computed with: another mark means they are out of date."""
    return f"{rules.digest}/{'C' if settings.counting == COUNT_TO_DAY else 'P'}"


def reassess(
    uow: UnitOfWork,
    subject_ids: int | Iterable[int],
    *,
    rules: RuleBook,
    settings: Settings,
    today: date,
) -> None:
    """Write the standing of these people afresh, inside the caller's transaction.

    People who are not there (any more) lose their standing.
    """
    ids = (subject_ids,) if isinstance(subject_ids, int) else tuple(dict.fromkeys(subject_ids))
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        dossiers = load_dossiers(uow, some)
        repository = uow.repository(Standing)
        stored = {s.subject_id: s for s in repository.where(subject_id=some)}
        written = []
        for id_ in some:
            standing = stored.get(id_)
            if id_ not in dossiers:
                if standing is not None:
                    repository.remove(standing)
                continue
            result = assess(dossiers[id_], as_of=today, rules=rules, settings=settings)
            fresh = _filled(copy.copy(standing) or Standing(subject_id=id_), result)
            if standing is None or vars(fresh) != vars(standing):
                written.append(fresh)
        if len(written) == 1:
            repository.put(written[0])  # writes the columns that changed, no others
        else:
            repository.put_all(written)


def assess_new(
    uow: UnitOfWork,
    dossiers: Mapping[int, Dossier],
    *,
    rules: RuleBook,
    settings: Settings,
    today: date,
    assessed: Mapping[int, Assessment] | None = None,
) -> None:
    """Write the first standing of people, by id, whose facts were put just now.

    What the caller still holds is not read back: an import would do that ten thousand times.
    ``assessed`` are results that the caller has already, by id, of the same facts and rules.
    """

    def result_of(id_: int, dossier: Dossier) -> Assessment:
        if (known := (assessed or {}).get(id_)) and known.as_of == today:
            return known
        return assess(dossier, as_of=today, rules=rules, settings=settings)

    results = ((id_, result_of(id_, dossier)) for id_, dossier in dossiers.items())
    uow.repository(Standing).put_all(
        _filled(Standing(subject_id=id_), result) for id_, result in results
    )


def _filled(standing: Standing, result: Assessment) -> Standing:
    standing.as_of = result.as_of
    standing.verdict = result.verdict
    standing.reason = result.reason[:_REASON_MOST]
    standing.doubtful = result.is_doubtful
    standing.party_last_day = result.party_last_day
    standing.admin_last_day = result.admin_last_day
    standing.last_day = result.last_day
    standing.next_change_on = result.next_change_on
    standing.rules = result.rules
    return standing


def refresh_standings(
    *,
    uow: UnitOfWork,
    rules: RuleBook,
    settings: Settings,
    today: date,
    progress: Progress | None = None,
) -> Changes:
    """Recompute only the standings that ``today``, the rules or the counting have overtaken.

    The change of facts is not its business: ``reassess`` runs in the transaction that changes them.
    Everybody stands at most one day in the past, because the first run of a day comes here. Some
    thousands are kept at a time: nobody's save waits for all, and a stop loses only the last ones.
    """
    with uow:
        fresh = _overtaken(uow, rules_mark(rules, settings), today)
    changes: set[Change] = set()
    for start in range(0, len(fresh), _AT_ONCE):
        if progress is not None:
            progress(start, len(fresh), "正在更新对象认定")
        with uow:
            some = fresh[start : start + _AT_ONCE]
            reassess(uow, some, rules=rules, settings=settings, today=today)
            changes |= uow.commit()
    return frozenset(changes)


def _overtaken(uow: UnitOfWork, mark: str, today: date) -> list[int]:
    """Return who must be computed again, with those who never were."""
    found, known = [], set()
    names = ("subject_id", "rules", "as_of", "next_change_on")
    for id_, rules, as_of, next_change_on in uow.repository(Standing).columns(*names):
        known.add(id_)
        # A clock that was set back: what was computed for a later day says nothing of an earlier.
        stale = rules != mark or as_of is None or as_of > today
        if stale or (next_change_on is not None and next_change_on <= today):
            found.append(id_)
    people = (id_ for (id_,) in uow.repository(Subject).columns("id"))
    return [id_ for id_ in found if id_ is not None] + [id_ for id_ in people if id_ not in known]


def what_moves(before: Assessment, after: Assessment) -> list[str]:
    """Return what a change of facts would move, one Chinese sentence each, before it is saved."""
    moves = []
    if before.verdict != after.verdict:
        moves.append(f"对象认定由“{before.verdict}”变为“{after.verdict}”：{after.reason}")
    for label, old, new in (
        ("党纪期满日期", before.party_last_day, after.party_last_day),
        ("政务期满日期", before.admin_last_day, after.admin_last_day),
        ("影响期最后一日", before.last_day, after.last_day),
    ):
        if old != new:
            words = f"{label}由{_shown(old)}变为{_shown(new)}".rstrip()
            moves.append(words + _shift(old, new))
    moves += [f"新的疑点：{doubt}" for doubt in after.doubts if doubt not in before.doubts]
    moves += [f"新的问题：{p.message}" for p in after.problems if p not in before.problems]
    return moves


def _shown(day: date | None) -> str:
    return f" {day} " if day else "“待定或无”"


def _shift(old: date | None, new: date | None) -> str:
    if old is None or new is None:
        return ""
    days = (new - old).days
    return f"（{'推迟' if days > 0 else '提前'} {abs(days)} 天）"


@dataclass(frozen=True, slots=True)
class Moved:
    """One person for whom other rules would say something else."""

    subject_id: int
    name: str
    moves: tuple[str, ...]


def compare_rules(
    dossiers: Iterable[Dossier],
    *,
    before: RuleBook,
    after: RuleBook,
    settings: Settings,
    as_of: date,
) -> Sequence[Moved]:
    """Return what another version of the rules would change; nothing is changed by asking."""
    found = []
    for dossier in dossiers:
        old = assess(dossier, as_of=as_of, rules=before, settings=settings)
        new = assess(dossier, as_of=as_of, rules=after, settings=settings)
        if moves := what_moves(old, new):
            found.append(Moved(dossier.subject.id or 0, dossier.subject.name, tuple(moves)))
    return found
