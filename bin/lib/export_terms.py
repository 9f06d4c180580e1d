"""Write i18n/ADDON.pot of our addons and merge it into i18n/fr.po."""

import io
import subprocess
import sys
from pathlib import Path

import polib

from odoo.tools.translate import trans_export

sys.path.insert(0, str(Path(__file__).parent))
import setup_db  # noqa: E402

DATES = ("POT-Creation-Date", "PO-Revision-Date")
FRENCH_PLURAL = "nplurals=2; plural=(n > 1);"


def export(env, addon):
    folder = setup_db.ROOT / "addons" / addon / "i18n"
    folder.mkdir(exist_ok=True)
    buffer = io.BytesIO()
    trans_export(False, [addon], buffer, "po", env)
    found = polib.pofile(buffer.getvalue().decode(), wrapwidth=78)
    for name in DATES:
        # A date would change the file at each export.
        found.metadata.pop(name, None)
    template, french = folder / f"{addon}.pot", folder / "fr.po"
    found.save(str(template))
    if not french.exists():
        found.metadata["Language"] = "fr"
        found.metadata["Plural-Forms"] = FRENCH_PLURAL
        found.save(str(french))
    subprocess.run(
        ["msgmerge", "--quiet", "--update", "--backup=none", "--width=79"]
        + ["--previous", str(french), str(template)],
        check=True,
    )
    merged = polib.pofile(str(french), wrapwidth=78)
    merged.metadata = {k: v for k, v in merged.metadata.items() if k not in DATES}
    for entry in merged.obsolete_entries():
        merged.remove(entry)
    merged.save(str(french))
    todo = len(merged.untranslated_entries()) + len(merged.fuzzy_entries())
    print(f"{addon}: {len(found)} terms, {todo} to translate")


def main():
    split = sys.argv.index("--")
    setup_db.start_odoo(sys.argv[1:split])
    known = setup_db.our_addons()
    addons = sys.argv[split + 1 :] or list(known)
    wrong = [name for name in addons if name not in known]
    if wrong:
        raise SystemExit(f"no addon named {', '.join(wrong)}")
    with setup_db.environment("conciergerie_test") as env:
        for addon in addons:
            export(env, addon)


if __name__ == "__main__":
    main()
