"""Which sentence belongs to which part of a person: what the rules find, sorted to its fields."""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.assessment import Assessment, Card
from app.domain.fact_checks import fact_problems
from app.domain.fields import Problem
from app.domain.person_doubts import person_doubts
from app.domain.subject import Dossier, Event, Sanction, Subject

Key = tuple[type, int | None]


@dataclass(frozen=True, slots=True)
class Findings:
    """What is doubtful of each part, by field, and the period card of each sanction."""

    sentences: dict[Key, dict[str, str]]
    cards: dict[int | None, Card]

    def of(self, part: object) -> dict[str, str]:
        """Return field → sentence for this part."""
        return self.sentences.get((type(part), getattr(part, "id", None)), {})

    def all(self) -> list[str]:
        """Return every sentence once, in the order of the parts."""
        return list(
            dict.fromkeys(text for found in self.sentences.values() for text in found.values())
        )


def findings(dossier: Dossier, assessment: Assessment, *, with_gaps: bool) -> Findings:
    """Sort everything doubtful to the part and field it is about.

    Without ``with_gaps`` nothing is said about parts that are still being begun: a sanction without
    kind or day, an event without kind or day.
    """
    subject, today = dossier.subject, assessment.as_of
    cards = {card.sanction.id: card for card in assessment.cards}
    personal = fact_problems(Dossier(subject), today)
    found: dict[Key, dict[str, str]] = {
        (Subject, subject.id): _by_field([*personal, *person_doubts(subject, today)])
    }
    for sanction in dossier.sanctions:
        if with_gaps or (sanction.kind and sanction.decided_on):
            own = fact_problems(Dossier(subject, sanctions=(sanction,)), today)
            card = cards.get(sanction.id)
            own += card.problems if card is not None else ()
            found[Sanction, sanction.id] = _by_field([one for one in own if one not in personal])
    before = fact_problems(Dossier(subject, sanctions=dossier.sanctions), today)
    for event in dossier.events:
        if with_gaps or (event.kind and event.on):
            of_event = Dossier(subject, sanctions=dossier.sanctions, events=(event,))
            own = [one for one in fact_problems(of_event, today) if one not in before]
            found[Event, event.id] = _by_field(own)
    return Findings(found, cards)


def _by_field(problems: list[Problem]) -> dict[str, str]:
    sentences: dict[str, str] = {}
    for problem in problems:
        sentences.setdefault(problem.field, problem.message)
    return sentences
