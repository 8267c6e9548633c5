"""``due``: what is due, for a person to read or a program to parse."""

from __future__ import annotations

import argparse
import json

from app.commands.terminal import Command, add_as_of, as_of, signed_in
from app.services.entrance import Entrance


def _add_arguments(parser: argparse.ArgumentParser) -> None:
    add_as_of(parser)
    parser.add_argument("--json", action="store_true", help="输出 JSON")


def _run(arguments: argparse.Namespace, entrance: Entrance) -> None:
    with signed_in(arguments, entrance) as use_cases:
        reminders = use_cases.due(as_of(arguments))
    if arguments.json:
        rows = [
            {
                "key": found.key,
                "kind": found.kind,
                "subject_id": found.subject_id,
                "name": found.name,
                "due_on": found.due_on.isoformat() if found.due_on else None,
                "days": found.days,
                "sentence": found.sentence,
                "reference": found.reference,
            }
            for found in reminders
        ]
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for found in reminders:
        print(f"{found.name}\t{found.kind}\t{found.sentence}")
    print(f"共 {len(reminders)} 项")


COMMAND = Command("due", "列出到期和待办的事项", _run, _add_arguments)
