from odoo import Command, api, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import clean_context

from odoo.addons.conciergerie_base.models.res_partner_duplicate import normalize_words

# A list longer than this is not read by somebody who has a queue.
MAX_PEOPLE = 8


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.model
    def _take_beneficiary(self, name, phone, company):
        """Return the person of this name and phone, created if nobody has both.

        :param str name: as she said it
        :param str phone: possibly empty
        :param company: ``res.company`` to which a new beneficiary belongs
        """
        keys = self._prepare_duplicate_keys({"name": name, "phone": phone})
        for partner, reasons in self._find_duplicates([keys])[0]:
            if "phone" in reasons and {"name", "name_only"} & set(reasons):
                return partner
        inhabitant = self.env["conciergerie.audience"]._get("inhabitant")
        return self.with_context(clean_context(self.env.context)).create(
            {
                "name": name,
                "phone": phone,
                "company_id": company.id,
                "audience_ids": [Command.set(inhabitant.ids)],
                "lang": self.env.lang,
            }
        )

    @api.model
    def take_beneficiary_from_ui(self, config_id, name, phone):
        """Find or create somebody at the till.

        :param int config_id: the till
        :return: the contact as the POS loads it, by model
        :raise ValidationError: no name
        """
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        drop_off = self.env["conciergerie.drop.off"]
        name = drop_off._clean_text(name, 100)
        if not name:
            raise ValidationError(self.env._("Write the name of the person."))
        partner = self.with_company(config.company_id)._take_beneficiary(
            name, drop_off._clean_text(phone, 40), config.company_id
        )
        return {self._name: self._load_pos_data_read(partner, config)}

    @api.model
    def find_people_from_ui(self, config_id, text):
        """Find people by letters of their name, digits of their phone, or their card.

        :param int config_id: the till
        :param str text: at least three characters
        :return: a few contacts as the POS loads them, by model
        """
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        text = (text or "").strip()
        digits = "".join(filter(str.isdigit, text)).lstrip("0")
        domain = Domain("barcode", "=", text)
        words = normalize_words(text)
        if words:
            domain |= Domain.AND(Domain("name_key", "like", word) for word in words)
        if len(digits) >= 3:
            domain |= Domain("phone_key", "like", digits)
        people = self.browse()
        if len(text) >= 3:
            people = self.search(
                domain & Domain("type", "=", "contact"), limit=MAX_PEOPLE, order="name"
            )
        return {self._name: self._load_pos_data_read(people, config)}
