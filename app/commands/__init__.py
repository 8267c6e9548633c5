"""The headless commands: thin, over the same services as the windows."""

from app.commands import (
    backup,
    check,
    demo,
    due,
    export_ledger,
    import_ledger,
    init,
    print_forms,
    self_test,
)

ALL = (
    init.COMMAND,
    import_ledger.COMMAND,
    export_ledger.COMMAND,
    print_forms.COMMAND,
    due.COMMAND,
    backup.BACKUP,
    backup.VERIFY,
    backup.RESTORE,
    check.VERIFY_AUDIT,
    check.CHECK,
    demo.COMMAND,
    self_test.COMMAND,
)
