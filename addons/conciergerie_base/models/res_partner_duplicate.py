import re
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize
from odoo.tools.misc import remove_accents

LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})
# Forms of address that one person writes and the next one leaves out.
TITLES = {"m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"}
# Most candidates worth showing while typing.
MAX_CANDIDATES = 5


def normalize_words(text):
    """Return the words of a text without case, accents, ligatures or punctuation."""
    plain = remove_accents((text or "").translate(LIGATURES)).casefold()
    return re.findall(r"[a-z0-9]+", plain)


def normalize_phone(number):
    """Return the digits of a French or international number, country code first.

    Used where core's validation knows no such number: ``06 39 98 00 00``,
    ``+33 (0)6 39 98 00 00`` and ``0033639980000`` are the same.
    """
    text = (number or "").strip().replace("(0)", "")
    digits = re.sub(r"\D", "", text)
    if text.startswith("+"):
        return digits
    if digits.startswith("00"):
        return digits[2:]
    if digits.startswith("0"):
        return f"33{digits[1:]}"
    if len(digits) == 9:  # a spreadsheet has eaten the zero
        return f"33{digits}"
    return digits


class ResPartner(models.Model):
    """Flag a person who is already known, before she is created again."""

    _inherit = "res.partner"

    phone_key = fields.Char(
        compute="_compute_phone_key", store=True, index="btree_not_null"
    )
    name_key = fields.Char(
        compute="_compute_name_key", store=True, index="btree_not_null"
    )
    email_normalized = fields.Char(index="btree_not_null")
    known_people = fields.Json(compute="_compute_known_people", exportable=False)

    @api.depends("phone", "phone_sanitized")
    def _compute_phone_key(self):
        for partner in self:
            partner.phone_key = partner._get_phone_key(
                partner.phone, partner.phone_sanitized
            )

    @api.depends("name")
    def _compute_name_key(self):
        for partner in self:
            partner.name_key = self._get_name_key(partner.name)

    @api.depends("name", "phone", "email", "commune_id", "parent_id", "type")
    @api.depends_context("allowed_company_ids")
    def _compute_known_people(self):
        """Candidates for the banner of the form; not for lists of contacts."""
        people = self.filtered(lambda p: p.type == "contact" and not p.parent_id)
        (self - people).known_people = False
        if not people:
            return
        keys = [
            self._prepare_duplicate_keys(
                {
                    "name": partner.name,
                    "phone": partner.phone_sanitized or partner.phone,
                    "email": partner.email,
                    "commune_id": partner.commune_id.id,
                }
            )
            for partner in people
        ]
        found = self._find_duplicates(keys)
        for partner, candidates in zip(people, found, strict=True):
            partner.known_people = self._format_known_people(
                [c for c in candidates if c[0] != partner._origin]
            )

    @api.model
    def _get_phone_key(self, phone, sanitized=None):
        """Return the digits that two writings of a number share, or False.

        :param sanitized: number as core has already formatted it
        """
        if not phone:
            return False
        sanitized = sanitized or self._phone_format(number=phone)
        return (sanitized or "").lstrip("+") or normalize_phone(phone) or False

    @api.model
    def _get_name_key(self, name):
        """Return the words of a name in one order: Élise MARTIN = martin elise."""
        words = normalize_words(name)
        return " ".join(sorted(w for w in words if w not in TITLES) or words) or False

    @api.model
    def _prepare_duplicate_keys(self, values):
        """Return the keys of a person to look for.

        :param dict values: any of ``name``, ``phone``, ``email``, ``commune_id``
        """
        return {
            "name": self._get_name_key(values.get("name")),
            "phone": self._get_phone_key(values.get("phone")),
            "email": email_normalize(values.get("email"), strict=False),
            "commune": values.get("commune_id") or False,
        }

    @api.model
    def _find_duplicates(self, keys_list):
        """Find the people whom the user may see and who may be those of the keys.

        One query whatever the number of keys. The same name counts where the
        communes are the same, or one of them is not known.

        :param list keys_list: results of :meth:`_prepare_duplicate_keys`
        :return: for each, a list of ``(partner, reasons)``, where reasons is a list
            of ``phone``, ``email``, ``name`` (and commune), ``name_only``
        """
        columns = {
            "phone": "phone_key",
            "email": "email_normalized",
            "name": "name_key",
        }
        domain = Domain.OR(
            Domain(column, "in", [k[key] for k in keys_list if k[key]])
            for key, column in columns.items()
        )
        index = {key: defaultdict(list) for key in columns}
        domain &= Domain("type", "=", "contact")
        for partner in self.search_fetch(
            domain, [*columns.values(), "commune_id"], order="id"
        ):
            for key, column in columns.items():
                if partner[column]:
                    index[key][partner[column]].append(partner)
        return [self._match_duplicates(keys, index) for keys in keys_list]

    def _match_duplicates(self, keys, index):
        """Weigh the candidates of one person, those with most reasons first."""
        reasons = defaultdict(list)
        for key in ("phone", "email", "name"):
            for partner in index[key].get(keys[key], ()) if keys[key] else ():
                reason = key
                if key == "name" and partner.commune_id.id != keys["commune"]:
                    if partner.commune_id and keys["commune"]:
                        continue  # a homonym elsewhere
                    reason = "name_only"
                elif key == "name" and not keys["commune"]:
                    reason = "name_only"
                reasons[partner].append(reason)
        return sorted(reasons.items(), key=lambda item: (-len(item[1]), item[0].id))

    @api.model
    def _describe_duplicate(self, reasons):
        """Return why a candidate is shown, e.g. “same phone, same e-mail”."""
        labels = {
            "phone": self.env._("same phone"),
            "email": self.env._("same e-mail"),
            "name": self.env._("same name and commune"),
            "name_only": self.env._("same name"),
        }
        return ", ".join(labels[reason] for reason in reasons)

    @api.model
    def _format_known_people(self, candidates):
        """Return what the banner shows of candidates, False if there is none."""
        return [
            {
                "id": partner.id,
                "name": partner.display_name,
                "reason": self._describe_duplicate(reasons),
                "detail": " · ".join(
                    filter(
                        None, (partner.phone, partner.email, partner.commune_id.name)
                    )
                ),
            }
            for partner, reasons in candidates[:MAX_CANDIDATES]
        ] or False
