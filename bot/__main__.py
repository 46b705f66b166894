"""The command line: `python -m bot COMMAND`."""

from __future__ import annotations

import argparse
import asyncio
import base64
import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.exc import OperationalError

from bot.app import StartError
from bot.commands.readiness import advice, inspect, load_for_run, unknown_names
from bot.commands.restore import BackupError
from bot.commands.run import WORKER
from bot.content import ContentError
from bot.messengers import MESSENGERS
from bot.messengers.traits import Traits
from bot.places.trie import IndexFileError
from bot.settings.environment import Settings, load
from bot.settings.variables import ENV_FILE, SettingsError, given
from bot.storage.backups.transfer import NotEmptyError
from bot.storage.engines import StoreError
from bot.storage.keys import MissingKeyError
from bot.storage.migrations import MigrationError
from bot.storage.private import be_private

_ROOT = Path(__file__).resolve().parent.parent


def main(arguments: Sequence[str] | None = None, messengers: Sequence[Traits[Any]] = MESSENGERS) -> int:
    """Runs one command; returns the exit code: 0 done, 1 something is wrong, 2 the command line can't be read."""
    options = _parser(messengers).parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    if command not in (_locales, _schemas):  # which write what everybody may read
        be_private()
    try:
        return command(options)
    except (SettingsError, StartError, StoreError, ContentError, MissingKeyError) as error:
        print(error, file=sys.stderr)
    except (MigrationError, BackupError, NotEmptyError, IndexFileError) as error:
        print(error.__doc__, file=sys.stderr)
    except OperationalError:
        print("DATABASE_URL: the database does not answer, or not to this user: is it running?", file=sys.stderr)
    except OSError as error:
        print(f"a file can't be read or written: {error.strerror}", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 1


def _parser(messengers: Sequence[Traits[Any]]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="Alert levels, and an SOS that arrives.")
    parser.set_defaults(messengers=messengers)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="run the bot; without a name: everything that is configured")
    names = [traits.name for traits in messengers]
    role = f"{' or '.join(names)} (receives and sends), or {WORKER} (answers)"
    run.add_argument("role", nargs="*", type=partial(_role, roles=(*names, WORKER)), help=role)
    run.set_defaults(command=_run)
    chat = commands.add_parser("chat", help="talk to the bot in this terminal; no token, no network")
    chat.add_argument("--database", default="sqlite://", help="a SQLite URL; else in memory, and gone at the end")
    chat.set_defaults(command=_chat)
    commands.add_parser("check", help="check settings, content and catalogues").set_defaults(command=_check)
    commands.add_parser("doctor", help="ask PostgreSQL and the messengers how they are").set_defaults(command=_doctor)
    for traits in messengers:
        if traits.challenge:
            _add_challenge(commands, traits, traits.challenge.form)
    migrate = commands.add_parser("migrate", help="bring the database to this version")
    migrate.add_argument("--from", dest="source", default="", help="fill it, empty, from this SQLite URL; stop the bot")
    migrate.set_defaults(command=_migrate)
    backup = commands.add_parser("backup", help="write a sealed copy of the database; also while the bot runs")
    backup.add_argument("file", type=Path)
    backup.set_defaults(command=_backup)
    restore = commands.add_parser("restore", help="fill an empty database from a backup; before the bot is started")
    restore.add_argument("file", type=Path)
    restore.add_argument(
        "--erasure-log", "--graveyard", type=Path, action="append", default=[], help="what was deleted since"
    )
    restore.set_defaults(command=_restore)
    _may_abandon(restore)
    again = commands.add_parser("rekey", help="seal everything anew under the newest key of BOT_SECRET_KEY")
    _may_abandon(again)
    again.set_defaults(command=_rekey)
    commands.add_parser("key", help="print a new BOT_SECRET_KEY").set_defaults(command=_key)
    locales = commands.add_parser("locales", help="extract the sentences and update the catalogues")
    locales.add_argument("--check", action="store_true", help="change nothing; exit 1 if a catalogue needs work")
    locales.set_defaults(command=_locales)
    place = commands.add_parser("place", help="which place a text names; without a text: a line in, a line of JSON out")
    place.add_argument("text", nargs="*", help="the text")
    place.add_argument("--json", action="store_true", help="answer with a line of JSON")
    place.set_defaults(command=_place)
    verify = commands.add_parser("verify", help="which edition these files are, and whether a code names it")
    verify.add_argument("code", nargs="?", default="", help="of an edition: all of it, or its first 8 letters or more")
    verify.set_defaults(command=_verify)
    commands.add_parser("schemas", help="write the JSON Schemas of the content files").set_defaults(command=_schemas)
    return parser


def _add_challenge(commands: Any, traits: Traits[Any], form: str) -> None:
    challenge = commands.add_parser(f"{traits.name}-challenge", help=f"hand a solved captcha to {traits.shown_name}")
    challenge.add_argument("token", nargs="?", default="", help="of the challenge; else the newest that was kept")
    challenge.add_argument("captcha", nargs="?", default="", help=f"{form}; else read from standard input")
    challenge.set_defaults(command=partial(_challenge, name=traits.name, form=form))


def _may_abandon(command: argparse.ArgumentParser) -> None:
    lost = "id of a key that is lost: what it sealed is set aside"
    command.add_argument("--abandon", type=_key_id, action="append", default=[], metavar="ID", help=lost)


def _role(name: str, roles: Sequence[str]) -> str:
    if name not in roles:
        raise argparse.ArgumentTypeError(f"{name!r} is none of {', '.join(roles)}")
    return name


def _run(options: argparse.Namespace) -> int:
    from bot.commands.run import run

    settings = load_for_run(messengers=options.messengers)
    for line in [*advice(settings), *unknown_names(given(), options.messengers)]:
        print(f"note: {line}", file=sys.stderr)
    everything = [*(traits.name for traits in options.messengers), WORKER]
    asyncio.run(run(settings, options.role or everything))
    return 0


def _chat(options: argparse.Namespace) -> int:
    from bot.commands.chat import chat, plan_chat, read_stdin

    logging.basicConfig(level=logging.ERROR, format="%(message)s")
    asyncio.run(chat(plan_chat(load(), options.database), read_stdin(), sys.stdout))
    return 0


def _check(options: argparse.Namespace) -> int:
    from bot.commands.check import check_everything
    from bot.commands.rekey import examine_keys

    settings, faults = inspect(ENV_FILE, options.messengers)
    is_configured = any(name.startswith("BOT_") for name in os.environ) or ENV_FILE.exists()
    lines = [*faults, *(finding.text for finding in examine_keys(settings) if not finding.is_well)]
    notes = [*(advice(settings) if is_configured else []), *unknown_names(given(), options.messengers)]
    return check_everything(settings, lines if is_configured else [], notes)


def _doctor(options: argparse.Namespace) -> int:
    from bot.commands.doctor import doctor

    logging.basicConfig(level=logging.CRITICAL)
    return asyncio.run(doctor(load_for_run(messengers=options.messengers)))


def _challenge(options: argparse.Namespace, name: str, form: str) -> int:
    from bot.commands.challenge import solve

    logging.basicConfig(level=logging.CRITICAL)
    captcha = options.captcha or input(f"Paste the {form.rstrip('…')} link, then press Enter: ").strip()
    return asyncio.run(solve(load_for_run(messengers=options.messengers), name, options.token, captcha))


def _migrate(options: argparse.Namespace) -> int:
    from bot.storage.backups import transfer
    from bot.storage.engines import open_engine, open_reader
    from bot.storage.migrations import is_current, migrate

    target = open_engine(_database(load()))
    try:
        migrate(target)
        if options.source:
            source = open_reader(options.source)
            if not is_current(source):
                raise StoreError("--from: that database is of another version: run `migrate` on it first")
            print(f"{transfer.copy(source, target)} rows")
    finally:
        target.dispose()
    return 0


def _backup(options: argparse.Namespace) -> int:
    from bot.commands import backup
    from bot.storage.engines import open_reader

    settings = _load_with_keys()
    newest = settings.secret_keys[0].get_secret_value()
    source = open_reader(_database(settings))
    try:
        print(f"{backup.make(source, newest, options.file)} rows")
    finally:
        source.dispose()
    return 0


def _restore(options: argparse.Namespace) -> int:
    from bot.commands.restore import restore
    from bot.storage.sealing import SystemClock

    settings = _load_with_keys()
    keys = [key.get_secret_value() for key in settings.secret_keys]
    told = (options.file, options.erasure_log, SystemClock(), options.abandon)
    print(f"{restore(_database(settings), keys, *told)} rows")
    return 0


def _key_id(text: str) -> bytes:
    from bot.commands.rekey import key_id

    return key_id(text)


def _rekey(options: argparse.Namespace) -> int:
    from bot.commands.rekey import rekey

    logging.basicConfig(level=logging.CRITICAL)
    return rekey(_load_with_keys(), options.abandon)


def _load_with_keys() -> Settings:
    settings = load()
    if not settings.secret_keys:
        raise SettingsError(["BOT_SECRET_KEY is missing: what is stored is sealed with it"])
    return settings


def _database(settings: Settings) -> str:
    return settings.database_url.get_secret_value()


def _key(_options: argparse.Namespace) -> int:
    from bot.storage.vault import new_key

    print(base64.b64encode(new_key()).decode())
    return 0


def _locales(options: argparse.Namespace) -> int:
    from bot.commands.locales import check, update

    if options.check:
        faults = check(_ROOT)
        print("\n".join(faults) or "The catalogues are complete.")
        return 1 if faults else 0
    print(update(_ROOT))
    return 0


def _place(options: argparse.Namespace) -> int:
    from bot.commands.place import answer_lines, say

    return say(" ".join(options.text), as_json=options.json) if options.text else answer_lines(sys.stdin, sys.stdout)


def _verify(options: argparse.Namespace) -> int:
    from bot.commands.verify import verify

    return verify(load(), options.code)


def _schemas(_options: argparse.Namespace) -> int:
    from bot.content import write_schemas

    write_schemas(load().content / "schema")
    return 0


if __name__ == "__main__":
    sys.exit(main())
