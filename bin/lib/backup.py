"""Back up a database with its filestore in one archive, and restore it elsewhere.

    backup.py backup DATABASE [FILE]
    backup.py restore FILE NEW_DATABASE [--neutralize]

The server is the one of PGHOST, PGPORT, PGUSER and PGPASSWORD (or PASSWORD_FILE), the
files lie in CONCIERGERIE_DATA. Only Python's own library and PostgreSQL's tools are
used, so that an archive can be restored where Odoo is not installed yet.

An archive holds manifest.json, database.dump (pg_dump's custom format) and filestore/.
"""

import argparse
import datetime
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

DATA = Path(os.environ.get("CONCIERGERIE_DATA", "/var/lib/odoo"))
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")


def refuse(sentence):
    raise SystemExit(f"{sys.argv[1]}: {sentence}")


def command(*args, **options):
    done = subprocess.run(args, capture_output=True, text=True, **options)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no message"]
        errors = [line for line in lines if "ERROR" in line or "error:" in line]
        refuse(f"{args[0]} failed: {(errors or lines)[0]}")
    return done.stdout.strip()


def sql(database, query):
    return command(
        "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", query
    )


def exists(database):
    return bool(
        sql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{database}'")
    )


def checked_name(name):
    if not NAME.fullmatch(name):
        refuse(f"{name!r} is no name of a database.")
    return name


def link(source, target):
    """The content stays in the copy even when Odoo deletes the file meanwhile."""
    try:
        os.link(source, target)
    except FileNotFoundError:
        pass
    except OSError:
        shutil.copy2(source, target)


def collect(store, copy):
    """Add to the copy the files that it does not have yet."""
    for path in store.glob("??/*"):
        target = copy / path.parent.name / path.name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            link(path, target)


def sha256(path):
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def backup(database, target):
    if not exists(checked_name(database)):
        refuse(f"there is no database {database}.")
    store = DATA / "filestore" / database
    now = datetime.datetime.now(datetime.timezone.utc)
    if target is None:
        target = Path(f"{database}-{now:%Y%m%d-%H%M%S}.tar")
    if target.exists():
        refuse(f"{target} exists; it is not overwritten.")
    draft = target.with_name(f".{target.name}.part")
    DATA.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=DATA) as folder:
        copy, dump = Path(folder, "filestore"), Path(folder, "database.dump")
        copy.mkdir()
        # Before and after: what the dump refers to is in one of the two.
        collect(store, copy)
        command("pg_dump", "-Fc", "--no-owner", "--no-acl", "-f", str(dump), database)
        collect(store, copy)
        files = [path for path in copy.glob("??/*")]
        manifest = {
            "format": 1,
            "database": database,
            "made": now.isoformat(timespec="seconds"),
            "postgresql": sql(database, "SHOW server_version"),
            "odoo": sql(
                database,
                "SELECT latest_version FROM ir_module_module WHERE name = 'base'",
            ),
            "dump_sha256": sha256(dump),
            "files": len(files),
            "bytes": sum(path.stat().st_size for path in files),
        }
        Path(folder, "manifest.json").write_text(json.dumps(manifest, indent=2))
        try:
            # Personal data: for its owner's eyes.
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with (
                os.fdopen(descriptor, "wb") as file,
                tarfile.open(fileobj=file, mode="w") as tar,
            ):
                for name in ("manifest.json", "database.dump", "filestore"):
                    tar.add(Path(folder, name), name)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(target)
        finally:
            draft.unlink(missing_ok=True)
    size = target.stat().st_size / 1e6
    print(f"{target}: {database}, {manifest['files']} files, {size:.1f} MB")


def unpack(archive, folder):
    try:
        with tarfile.open(archive) as tar:
            # Only what backup() wrote, whatever else an archive may contain.
            wanted = re.compile(
                r"manifest\.json|database\.dump|filestore(/[0-9a-f]{2}(/[0-9a-f]{40})?)?"
            )
            members = [
                member
                for member in tar
                if wanted.fullmatch(member.name) and (member.isfile() or member.isdir())
            ]
            # Newer Pythons ask for a filter; older ones do not know the argument.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(folder, members=members)
    except (tarfile.TarError, EOFError) as error:
        refuse(f"{archive} is not a whole archive of bin/backup ({error}).")
    try:
        manifest = json.loads(Path(folder, "manifest.json").read_text())
        whole = manifest["dump_sha256"] == sha256(Path(folder, "database.dump"))
        whole = whole and manifest["files"] == len(
            list(Path(folder, "filestore").glob("??/*"))
        )
    except (OSError, ValueError, KeyError):
        whole = False
    if not whole:
        refuse(f"{archive} is not a whole archive of bin/backup.")
    return manifest


def restore(archive, database, neutralize):
    if not archive.is_file():
        refuse(f"there is no file {archive}.")
    store = DATA / "filestore" / checked_name(database)
    if exists(database):
        refuse(f"the database {database} exists; give a new name.")
    if store.exists():
        refuse(f"the folder {store} exists; give a new name or remove it.")
    store.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="restore-", dir=DATA) as folder:
        manifest = unpack(archive, folder)
        command("createdb", "-T", "template0", "-E", "UTF8", "--locale=C", database)
        complete = False
        try:
            make_unaccent(database, Path(folder, "database.dump"))
            command(
                *("pg_restore", "--no-owner", "--no-acl", "--exit-on-error"),
                *("-d", database, str(Path(folder, "database.dump"))),
            )
            if neutralize:
                make_harmless(database)
            shutil.move(Path(folder, "filestore"), store)
            complete = True
        finally:
            if not complete:
                shutil.rmtree(store, ignore_errors=True)
                command("dropdb", "--if-exists", database)
    print(f"{database}: as {manifest['database']} was on {manifest['made']}")


def make_unaccent(database, dump):
    """Odoo declares the function immutable, which a dump of the extension loses.

    Without it PostgreSQL refuses the indexes that Odoo made with it.
    """
    listing = command("pg_restore", "-l", str(dump))
    if re.search(r" EXTENSION - unaccent\b", listing):
        sql(database, "CREATE EXTENSION unaccent")
        sql(database, "ALTER FUNCTION unaccent(text) IMMUTABLE")


def make_harmless(database):
    """A copy beside the original sends no mail, runs no job and is told apart."""
    odoo = os.environ.get("ODOO_COMMAND", "odoo").split()
    sql_text = command(*odoo, "neutralize", "-d", database, "--stdout")
    command(
        *("psql", "-Xq", "-v", "ON_ERROR_STOP=1", "-1", "-d", database),
        input=sql_text,
    )
    sql(
        database,
        "UPDATE ir_config_parameter SET value = gen_random_uuid()"
        " WHERE key = 'database.uuid'",
    )


def main():
    parser = argparse.ArgumentParser(prog="backup.py")
    tasks = parser.add_subparsers(dest="task", required=True)
    task = tasks.add_parser("backup")
    task.add_argument("database", nargs="?", default="conciergerie")
    task.add_argument("file", nargs="?", type=Path)
    task = tasks.add_parser("restore")
    task.add_argument("file", type=Path)
    task.add_argument("database")
    task.add_argument("--neutralize", action="store_true")
    args = parser.parse_args()
    if "PASSWORD_FILE" in os.environ:
        os.environ["PGPASSWORD"] = Path(os.environ["PASSWORD_FILE"]).read_text().strip()
    if args.task == "backup":
        backup(args.database, args.file)
    else:
        restore(args.file, args.database, args.neutralize)


if __name__ == "__main__":
    main()
