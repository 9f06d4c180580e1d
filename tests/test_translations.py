"""Every term of our addons is translated into French, and none is left over."""

import io
import re

import polib
import pytest
import setup_db

from odoo.tools.translate import trans_export

ROOT = setup_db.ROOT


def exported(env, addon):
    """What Odoo itself finds to translate in an addon."""
    buffer = io.BytesIO()
    trans_export(False, [addon], buffer, "po", env)
    return polib.pofile(buffer.getvalue().decode())


def terms(catalogue):
    return {entry.msgid for entry in catalogue if not entry.obsolete}


@pytest.mark.parametrize("addon", list(setup_db.our_addons()))
def test_french_is_complete(env, addon):
    folder = ROOT / "addons" / addon / "i18n"
    french = polib.pofile(str(folder / "fr.po"))
    assert not [entry.msgid for entry in french.untranslated_entries()]
    assert not [entry.msgid for entry in french.fuzzy_entries()]
    found = terms(exported(env, addon))
    hint = f"run bin/i18n {addon}"
    assert not found - terms(french), f"missing in fr.po; {hint}"
    assert not terms(french) - found, f"no longer used; {hint}"
    template = polib.pofile(str(folder / f"{addon}.pot"))
    assert terms(template) == found, f"the .pot is out of date; {hint}"


@pytest.mark.parametrize("addon", list(setup_db.our_addons()))
def test_placeholders_agree(addon):
    """A translation that lost a placeholder raises where the sentence is used."""
    french = polib.pofile(str(ROOT / "addons" / addon / "i18n" / "fr.po"))
    wrong = [
        entry.msgid
        for entry in french.translated_entries()
        if placeholders(entry.msgid) != placeholders(entry.msgstr)
    ]
    assert not wrong


def placeholders(text):
    return sorted(re.findall(r"%\(\w+\)[sdf]|%[sd](?!\w)|\{\{.*?\}\}|\$\{.*?\}", text))
