"""What the guides of the users name is what the screens say."""

import re

import polib
import pytest
import setup_db

ROOT = setup_db.ROOT


def plain(text):
    """Return words without tags, kinds of blanks and apostrophes, or a last dot."""
    text = re.sub(r"<[^>]+>", "", text).replace("\N{NO-BREAK SPACE}", " ")
    text = text.replace("’", "'").replace("\n", " ")
    return re.sub(r" +", " ", text).strip(" .:").casefold()


@pytest.fixture(scope="module")
def french():
    return {
        plain(entry.msgstr)
        for path in ROOT.glob("addons/*/i18n/fr.po")
        for entry in polib.pofile(str(path))
    }


@pytest.mark.parametrize(
    "guide", sorted(path.name for path in (ROOT / "docs" / "user").glob("*.md"))
)
def test_paths_of_the_guides_exist(guide, french):
    """“**Menu → Entry**” that begins with a menu or page of ours goes on with ours.

    A path of Odoo's own (“Facturation → Clients”, its settings) is left to Odoo.
    """
    text = (ROOT / "docs" / "user" / guide).read_text()
    paths = [
        [plain(part) for part in found.split("→")]
        for found in re.findall(r"\*\*([^*]+→[^*]+)\*\*", text)
    ]
    ours = [path for path in paths if path[0] in french - {"paramètres"}]
    wrong = [path for path in ours if set(path) - french]
    assert not wrong
