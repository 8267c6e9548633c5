"""A clerk's desk for window tests: the real services over a real encrypted file, no stand-ins."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from app.domain.rulebook import RuleBook, parse_rules
from app.domain.verdict import assess
from app.services import drafts, forms, ledger, people
from app.services import settings as choices
from app.services.use_cases import SignedIn
from app.storage.office import Store

RULES = Path(__file__).parents[2] / "resources" / "rules"
TODAY = date(2026, 11, 23)


def shipped_rules() -> RuleBook:
    return parse_rules({p.name: p.read_text("utf-8") for p in sorted(RULES.glob("*.toml"))})


def a_desk(store: Store) -> Any:
    """Return what the roster takes from ``UseCases``, bound to ``store`` as bootstrap would."""
    from app.documents.workbook_reader import read_workbook
    from app.documents.workbook_writer import write_ledger

    rules = shipped_rules()
    uow = store.unit_of_work

    def settings():
        return choices.read_settings(uow=uow())

    def with_rules():
        return {"rules": rules, "settings": settings(), "today": TODAY}

    return SimpleNamespace(
        who=SignedIn(store.folder, store.account, False, None, 0),
        settings=settings,
        save_settings=lambda changed: choices.save_settings(changed, uow=uow()),
        roster=store.roster(),
        open_dossier=lambda id_: people.open_dossier(id_, uow=uow()),
        save_person=lambda edit: people.save_person(edit, uow=uow(), **with_rules()),
        remove_person=lambda id_, reason: people.remove_person(id_, reason, uow=uow()),
        namesakes=lambda name, but: people.namesakes(name, but, roster=store.roster()),
        assess=lambda dossier, as_of=None: assess(
            dossier, as_of=as_of or TODAY, rules=rules, settings=settings()
        ),
        article=rules.article,
        forms_of=lambda id_: forms.forms_of(id_, queries=store.forms()),
        keep_draft=lambda draft: drafts.keep_draft(
            draft, owner=store.account, uow=uow(), clock=store.clock
        ),
        drafts=lambda: drafts.drafts(owner=store.account, uow=uow()),
        drop_draft=lambda draft: drafts.drop_draft(draft, uow=uow()),
        read_ledger=lambda path, progress: ledger.read_ledger(
            path, read_cells=read_workbook, uow=uow(), progress=progress, **with_rules()
        ),
        import_ledger=lambda reading, progress: ledger.import_ledger(
            reading, uow=uow(), progress=progress, **with_rules()
        ),
        export_ledger=lambda target, as_of, progress: ledger.export_ledger(
            target,
            write_rows=write_ledger,
            uow=uow(),
            rules=rules,
            settings=settings(),
            as_of=as_of or TODAY,
            purpose="导出",
            progress=progress,
        ),
    )
