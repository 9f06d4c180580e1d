"""Read what is held for each provider from a CSV or XLSX file; no database here."""

import re
from datetime import datetime
from decimal import Decimal, InvalidOperation

from odoo.addons.conciergerie_base.wizard.beneficiary_file import TableFile

# Headings as people write them, without accents or punctuation.
HEADINGS = {
    "reference": ("reference", "ref", "code", "reference du prestataire"),
    "siret": ("siret", "n siret", "numero siret"),
    "vat": ("tva", "n tva", "numero de tva", "tva intracommunautaire", "vat"),
    "name": ("prestataire", "nom", "nom du prestataire", "provider", "name"),
    "date": ("date",),
    "amount": ("montant detenu", "montant", "detenu", "amount", "held"),
    "commission": ("commission a prendre", "commission", "commission restante"),
    "label": ("libelle", "objet", "label"),
}
# The columns of the model file, in French as the file that people keep.
MODEL_COLUMNS = (
    "Référence",
    "SIRET",
    "N° TVA",
    "Prestataire",
    "Date",
    "Montant détenu",
    "Commission à prendre",
    "Libellé",
)
PROVIDER_FIELDS = ("reference", "siret", "vat", "name")
DATE_FORMATS = ("%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d-%m-%Y", "%d.%m.%Y")


class OpeningFile(TableFile):
    """What is held for providers: who, when, how much, which commission is left."""

    field_of_heading = {
        heading: fname for fname, headings in HEADINGS.items() for heading in headings
    }
    required = ("amount",)


def read_date(text):
    """Return the day that a cell names, or None."""
    for form in DATE_FORMATS:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None


def read_amount(text):
    """Return the decimal that a cell holds, or None: 1 234,50 as well as 1234.5."""
    text = re.sub(r"[\s\u00a0\u202f€]|EUR", "", text or "")
    if not re.fullmatch(r"[+-]?\d+([.,]\d+)?", text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
