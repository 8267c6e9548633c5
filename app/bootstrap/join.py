"""Joins an open store with services and documents into what a signed-in user can do."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from app.bootstrap.case_files import CaseFiles
from app.bootstrap.health import check
from app.bootstrap.join_accounts import Views, join_accounts, join_audit, require
from app.bootstrap.join_attachments import join_attachments, settle_attachments
from app.bootstrap.join_bulk import BulkChanges
from app.bootstrap.join_paper import join_paper
from app.bootstrap.join_roster import join_roster
from app.bootstrap.join_safekeeping import Keeper
from app.bootstrap.layouts import office_layout
from app.bootstrap.letters import Letters
from app.bootstrap.plans import join_plans
from app.bootstrap.reports import Reports
from app.bootstrap.results import join_results
from app.bootstrap.rules import load_rules
from app.documents import registration_form, registration_form_docx
from app.documents.due_list import draw_due_list
from app.documents.paper_options import PaperOptions
from app.documents.workbook_reader import read_workbook, write_marked_copy
from app.documents.workbook_writer import write_ledger
from app.domain.registration_form import RegistrationForm
from app.domain.reminders import Reminder
from app.domain.settings import Settings
from app.domain.subject import Dossier
from app.domain.verdict import Assessment, assess
from app.paths import RESOURCES
from app.services import (
    drafts,
    due,
    due_list,
    forms,
    ledger,
    ledger_export,
    ledger_import,
    ledger_undo,
    people,
    printing,
    standing,
)
from app.services import settings as choices
from app.services.dossiers import load_dossiers
from app.services.finding import find_anything
from app.services.gatekeeping import Law
from app.services.guarding import guarded
from app.services.ledger import LedgerReading, Said
from app.services.ledger_import import ImportReport
from app.services.ledger_undo import UndoReport
from app.services.ports import Changes, Progress
from app.services.safekeeping import BEFORE_IMPORT
from app.services.standing import Moved
from app.services.timeline import TimelineRow, timeline_of
from app.services.use_cases import BackupInfo, PersonEdit, SignedIn, UseCases
from app.storage import audit
from app.storage.backup import back_up
from app.storage.backup_life import last_drill
from app.storage.errors import DamagedDatabase
from app.storage.office import change_password, new_recovery_code
from app.storage.queries import last_backup
from app.storage.store import Store


class Office:
    """One signed-in session: the open store, the rules in force and the office's settings."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._settings = choices.read_settings(uow=store.unit_of_work())
        self.rules = load_rules(store.folder, adopted=self._settings.adopted_rules)
        self.layout = office_layout(store.folder)
        self.keeper = Keeper(store, self.settings)

    def today(self) -> date:
        """Return today's date by the store's clock."""
        return self.store.clock().date()

    def settings(self) -> Settings:
        """Return a copy that may be edited."""
        return copy.deepcopy(self._settings)

    def save_settings(self, changed: Settings) -> Changes:
        """Keep the settings and use them from now on."""
        changes = choices.save_settings(changed, uow=self.store.unit_of_work())
        self._settings = copy.deepcopy(changed)
        return changes

    def assess(self, dossier: Dossier, as_of: date | None = None) -> Assessment:
        """Return the verdict on a person, saved or being edited, as of a day or today."""
        return assess(
            dossier, as_of=as_of or self.today(), rules=self.rules.book, settings=self._settings
        )

    def article(self, reference: str) -> str:
        """Return an article of the rules in force in plain words."""
        return self.rules.book.article(reference)

    def law(self) -> Law:
        """Return what verdicts are computed with, as of today."""
        return Law(self.rules.book, self.settings(), self.today())

    def rule_moves(self) -> Sequence[Moved]:
        """Return whose verdict or dates the proposed rules would move, as of today."""
        if self.rules.proposed is None:
            return ()
        with self.store.unit_of_work() as uow:
            dossiers = load_dossiers(uow)
        return standing.compare_rules(
            dossiers.values(),
            before=self.rules.book,
            after=self.rules.proposed,
            settings=self._settings,
            as_of=self.today(),
        )

    def adopt_rules(self) -> int:
        """Compute with the proposed rules from now on; return how many people were recomputed."""
        if self.rules.proposed is None:
            return 0
        changed = self.settings()
        changed.adopted_rules = self.rules.proposed.digest
        self.save_settings(changed)
        self.rules = load_rules(self.store.folder, adopted=changed.adopted_rules)
        return self.refresh_standings()

    # people

    def open_dossier(self, subject_id: int) -> Dossier:
        """See ``services.people``."""
        return people.open_dossier(subject_id, uow=self.store.unit_of_work())

    def save_person(self, edit: PersonEdit) -> Changes:
        """See ``services.people``."""
        return people.save_person(
            edit,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
        )

    def timeline(self, subject_id: int) -> Sequence[TimelineRow]:
        """See ``services.timeline``."""
        found = self.assess(self.open_dossier(subject_id))
        return timeline_of(subject_id, assessment=found, uow=self.store.unit_of_work())

    def refresh_standings(self) -> int:
        """Compute again whom a day, a rule or a setting has overtaken; return how many."""
        return len(
            standing.refresh_standings(
                uow=self.store.unit_of_work(),
                rules=self.rules.book,
                settings=self._settings,
                today=self.today(),
            )
        )

    # forms and paper

    def paper(self, *, insist: bool = False, blank: bool = False) -> PaperOptions:
        """Return how this office wants its forms."""
        options = PaperOptions.of(
            self._settings,
            RESOURCES,
            practice=self.store.practice,
            insist=insist,
            footer_anchor="" if blank else self.anchor(),
        )
        return dataclasses.replace(options, blank=blank, layout=str(self.layout.file))

    def anchor(self) -> str:
        """Return the head of the audit log as the foot of a printed page shows it."""
        with self.store.engine.connect() as connection:
            return audit.head(connection).anchor

    def new_form(self, subject_id: int) -> RegistrationForm:
        """See ``services.forms``."""
        return forms.new_form(
            subject_id, open_dossier=self.open_dossier, settings=self.settings, today=self.today
        )

    def draw_blank(self, format_: str) -> bytes:
        """Return the empty form as ``pdf`` or ``docx``."""
        options = self.paper(blank=True)
        if format_ == "pdf":
            return registration_form.draw_blank(options=options)
        return registration_form_docx.draw_docx([RegistrationForm()], options=options)

    def forms_to_print(self, name: str, progress: Progress) -> Sequence[RegistrationForm]:
        """See ``services.printing``."""
        return printing.forms_to_print(
            name,
            progress,
            roster=self.store.roster(),
            uow=self.store.unit_of_work(),
            settings=self._settings,
            clock=self.store.clock,
        )

    # the ledger

    def read_ledger(self, path: Path, progress: Progress) -> LedgerReading:
        """See ``services.ledger``."""
        return ledger.read_ledger(
            path,
            read_cells=read_workbook,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
            progress=progress,
        )

    def read_ledger_again(
        self, reading: LedgerReading, said: Said, progress: Progress
    ) -> LedgerReading:
        """See ``services.ledger``; what titles mean is remembered for the next ledger."""
        if dict(said.chosen) != self._settings.ledger_columns:
            changed = self.settings()
            changed.ledger_columns = dict(said.chosen)
            self.save_settings(changed)
        return ledger.read_again(
            reading,
            said,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
            progress=progress,
        )

    def import_ledger(self, reading: LedgerReading, progress: Progress) -> ImportReport:
        """See ``services.ledger_import``; a backup is made first."""
        self.keeper.before(BEFORE_IMPORT, progress)
        return ledger_import.import_ledger(
            reading,
            who=self.store.account,
            clock=self.store.clock,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
            progress=progress,
        )

    def undo_import(self, import_id: str, reason: str, progress: Progress) -> UndoReport:
        """See ``services.ledger_undo``."""
        return ledger_undo.undo_import(
            import_id,
            reason,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            today=self.today(),
            progress=progress,
        )

    def export_ledger(
        self,
        target: Path,
        as_of: date | None,
        progress: Progress,
        *,
        records: bool = False,
        purpose: str = "导出台账",
        ids: Sequence[int] | None = None,
        columns: Sequence[str] = (),
    ) -> int:
        """See ``services.ledger``."""
        return ledger_export.export_ledger(
            target,
            write_rows=write_ledger,
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            as_of=as_of or self.today(),
            purpose=purpose,
            progress=progress,
            records=records,
            ids=ids,
            columns=columns,
        )

    # what is due

    def due(self, as_of: date | None) -> Sequence[Reminder]:
        """See ``services.due``."""
        drilled = last_drill(self.store)
        return due.due(
            as_of=as_of or self.today(),
            uow=self.store.unit_of_work(),
            rules=self.rules.book,
            settings=self._settings,
            working_days=self.rules.working_days,
            last_backup=last_backup(self.store.engine),
            last_drill=drilled.at.date() if drilled and drilled.passed else None,
        )

    def set_aside(self, reminder: Reminder, reason: str) -> Changes:
        """See ``services.due``."""
        changes = due.set_aside(reminder, reason, uow=self.store.unit_of_work(), today=self.today())
        self._settings = choices.read_settings(uow=self.store.unit_of_work())
        return changes

    def draw_due_list(self, chosen: Sequence[Reminder], as_of: date) -> bytes:
        """Return reminders as a printable list; a character that no font has is printed as 〓."""
        return draw_due_list(
            chosen,
            as_of=as_of,
            office=self._settings.office_name,
            options=self.paper(insist=True),
        )

    # safekeeping

    def back_up(self, folder: Path, progress: Progress, *, carry: bool = False) -> BackupInfo:
        """See ``storage.backup``."""
        return back_up(self.store, folder, progress, carry=carry)

    def verify_audit(self, anchor: str) -> str:
        """Check the log, and ``anchor`` from paper if given. Raises ``DamagedDatabase``."""
        with self.store.engine.connect() as connection:
            report = audit.verify_audit(
                connection, self.store.audit_key, anchors=(anchor,) if anchor else ()
            )
        if report.problems:
            raise DamagedDatabase("；".join(report.problems) + "。请保留现状，并与备份对照")
        return f"审计记录完好，共 {report.head.sequence} 条，最后一条的锚点：{report.head.anchor}"


def join(store: Store) -> UseCases:
    """Return what the person who opened ``store`` can do."""
    try:
        settle_attachments(store)
        office = Office(store)
    except BaseException:
        store.close()
        raise
    letters = Letters(store, law=office.law, options=lambda: office.paper(insist=True))
    bulk = BulkChanges(office)
    views = Views(store)
    use_cases = UseCases(
        who=SignedIn(
            store.folder, store.account, store.practice, store.last_sign_in, store.failures_since
        ),
        settings=office.settings,
        save_settings=office.save_settings,
        roster=store.roster(),
        open_dossier=views.noted(office.open_dossier),
        save_person=office.save_person,
        remove_person=lambda id_, reason: people.remove_person(
            id_, reason, uow=store.unit_of_work()
        ),
        namesakes=lambda name, but_not: people.namesakes(name, but_not, roster=store.roster()),
        assess=office.assess,
        article=office.article,
        rules=lambda: office.rules.book,
        rules_notice=lambda: office.rules.notice,
        rule_moves=office.rule_moves,
        adopt_rules=office.adopt_rules,
        forms_of=lambda id_: forms.forms_of(id_, queries=store.forms()),
        recent_forms=lambda: forms.recent_forms(queries=store.forms()),
        open_form=lambda id_: forms.open_form(id_, uow=store.unit_of_work()),
        new_form=office.new_form,
        save_form=lambda form: forms.save_form(form, uow=store.unit_of_work(), clock=store.clock),
        filling=lambda id_: forms.filling(
            id_,
            open_dossier=office.open_dossier,
            settings=office.settings,
            today=office.today,
            assess=office.assess,
        ),
        forms_to_print=office.forms_to_print,
        draw_forms=lambda some: registration_form.draw_pdf(some, options=office.paper(insist=True)),
        draw_blank=office.draw_blank,
        draw_forms_docx=lambda some: registration_form_docx.draw_docx(
            some, options=office.paper(insist=True)
        ),
        count_pages=lambda form: registration_form.count_pages(form, options=office.paper()),
        page_starts=lambda form: registration_form.page_starts(form, options=office.paper()),
        missing_characters=lambda some: registration_form.find_missing(
            some, options=office.paper()
        ),
        record_output=lambda act, ids, target: forms.record_output(
            act, ids, target, uow=store.unit_of_work()
        ),
        paper=join_paper(store, office.settings, office.paper, office.layout),
        attachments=join_attachments(store),
        people=join_roster(office),
        keep_draft=lambda draft: drafts.keep_draft(
            draft, owner=store.account, uow=store.unit_of_work(), clock=store.clock
        ),
        drafts=lambda: drafts.drafts(owner=store.account, uow=store.unit_of_work()),
        drop_draft=lambda draft: drafts.drop_draft(draft, uow=store.unit_of_work()),
        read_ledger=office.read_ledger,
        read_ledger_again=office.read_ledger_again,
        import_ledger=office.import_ledger,
        write_ledger_report=lambda reading, target: ledger_export.write_report(
            reading, target, write_marked_copy=write_marked_copy
        ),
        export_ledger=office.export_ledger,
        preview_change=bulk.preview,
        change_many=bulk.change,
        change_back=bulk.back,
        imports=lambda: ledger_undo.imports(uow=store.unit_of_work()),
        undo_preview=lambda import_id: ledger_undo.undo_preview(
            import_id, uow=store.unit_of_work()
        ),
        undo_import=office.undo_import,
        due=office.due,
        set_aside=office.set_aside,
        draw_due_list=office.draw_due_list,
        record_due_list=lambda lines, target, copies: due_list.record_due_list(
            lines, target, copies=copies, uow=store.unit_of_work()
        ),
        back_up=office.back_up,
        last_backup=lambda: last_backup(store.engine),
        safekeeping=office.keeper.use_cases(),
        new_recovery_code=lambda: new_recovery_code(store),
        change_password=lambda old, new: change_password(store, old, new),
        refresh_standings=office.refresh_standings,
        verify_audit=office.verify_audit,
        accounts=join_accounts(store),
        audit=join_audit(
            store, office.settings, lambda: office.paper(insist=True), office.verify_audit
        ),
        check=lambda: check(store, office.rules.notice, RESOURCES),
        plans=join_plans(
            store,
            rules=lambda: office.rules.book,
            settings=office.settings,
            today=office.today,
        ),
        timeline=office.timeline,
        reports=Reports(office).use_cases(),
        case_files=CaseFiles(office).acts(),
        find=lambda text: find_anything(text, roster=store.roster(), queries=store.finding()),
        results=join_results(store, law=office.law, due=lambda: office.due(None)),
        letters_for=letters.known,
        draw_letter=letters.draw,
        letter_points=letters.points,
        close=store.close,
    )
    return guarded(use_cases, require(store))
