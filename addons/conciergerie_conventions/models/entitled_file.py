"""Read a payer's list of people: base's file of people, with dates and staff number."""

import re
from datetime import date

from odoo.addons.conciergerie_base.wizard.beneficiary_file import (
    FIELD_OF_HEADING,
    PeopleFile,
    UnreadableFileError,
)

HEADINGS = {
    "date_from": (
        "entree",
        "arrivee",
        "date d entree",
        "date d arrivee",
        "date d embauche",
        "embauche",
        "joined",
        "date joined",
        "start date",
    ),
    "date_to": (
        "sortie",
        "depart",
        "date de sortie",
        "date de depart",
        "fin",
        "left",
        "date left",
        "end date",
    ),
    "staff_number": (
        "matricule",
        "numero de salarie",
        "n de salarie",
        "staff number",
        "employee number",
    ),
}
# Columns of the model file, and of a list that is pasted without headings.
MODEL_COLUMNS = ("Nom", "E-mail", "Téléphone", "Entrée", "Sortie", "Matricule")
DAY_FIRST = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})$")
YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?$")


class EntitledFile(PeopleFile):
    """The rows of a payer's list; see :class:`PeopleFile` for what is raised."""

    field_of_heading = {
        **FIELD_OF_HEADING,
        **{heading: fname for fname, names in HEADINGS.items() for heading in names},
    }

    @classmethod
    def from_text(cls, text):
        """Read a list that was pasted, with or without headings.

        :param str text: lines; cells separated by tabs, semicolons or commas
        """
        try:
            return cls(text.encode())
        except UnreadableFileError as error:
            if error.args[0] != "no_heading":
                raise
        first = next(line for line in text.splitlines() if line.strip())
        delimiter = max("\t;,", key=first.count)
        people = cls(f"{delimiter.join(MODEL_COLUMNS)}\n{text}".encode())
        people.rows = [(n - 1, cells, readable) for n, cells, readable in people.rows]
        return people


def read_date(text):
    """Return the day that a text means, None where it means none.

    ``05/01/2026``, ``5.1.26``, ``2026-01-05``; the day comes before the month.
    """
    text = text.strip()
    if match := DAY_FIRST.match(text):
        day, month, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0
    elif match := YEAR_FIRST.match(text):
        year, month, day = (int(part) for part in match.groups())
    else:
        return None
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    # 1026 for 2026 is a slip, and a day nobody means.
    return found if 1940 <= year <= 2100 else None
