import json

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import split_every

CHUNK = 500
PARTNERS = ("provider_id", "copay_partner_id")


class ConciergeriePosSeal(models.Model):
    """Whether every ticket still says what its seal does."""

    _inherit = "conciergerie.pos.seal"

    @api.model
    def _check_integrity(self, company):
        """Compare the tickets of a company with their seals, and the seals' chain.

        :param company: ``res.company``
        :return: dict: ``count`` of seals, ``first`` and ``last`` seal, ``faults``, a
            list of dicts with the ``ticket`` and the ``reason``
        """
        seals_sudo = self.sudo().search([("company_id", "=", company.id)])
        faults = self._unsealed_faults(company, seals_sudo)
        previous = False
        for ids in split_every(CHUNK, seals_sudo.ids):
            chunk_sudo = seals_sudo.browse(ids)
            chunk_sudo.order_id.lines.commission_line_ids.mapped("mode")
            for seal in chunk_sudo:
                if reason := seal._fault(previous):
                    faults.append({"ticket": seal.order_id.name, "reason": reason})
                previous = seal.digest
            self.env.invalidate_all(flush=False)
        return {
            "count": len(seals_sudo),
            "first": seals_sudo[:1],
            "last": seals_sudo[-1:],
            "faults": faults,
        }

    def _fault(self, previous):
        """Return what is wrong with one seal, or False.

        :param previous: digest of the seal before, or False
        """
        self.ensure_one()
        if (self.previous_digest or False) != (previous or False):
            return self.env._("a seal before it is missing or was exchanged")
        if self.digest != self._digest(self.previous_digest, self.payload):
            return self.env._("the seal itself was changed")
        recorded = json.loads(self.payload)
        current = json.loads(self._canonical(self._payload(self.order_id)))
        self._forgive_merged(recorded, current)
        changed = self._differences(recorded, current)
        return changed and self.env._(
            "changed since it was paid: %s", ", ".join(changed)
        )

    @api.model
    def _differences(self, recorded, current):
        """Return the labels of what differs between two payloads."""
        models_of = {
            "ticket": "pos.order",
            "lines": "pos.order.line",
            "payments": "pos.payment",
        }
        labels = []
        for part, model in models_of.items():
            old, new = recorded[part], current[part]
            old, new = ([old], [new]) if part == "ticket" else (old, new)
            if len(old) != len(new):
                labels.append(self.env._("lines or payments added or removed"))
                continue
            names = {
                name
                for before, after in zip(old, new, strict=True)
                for name in before
                if before[name] != after.get(name)
            }
            labels += [
                self.env[model]._fields[name]._description_string(self.env)
                if name in self.env[model]._fields
                else self.env._("terms of the deal")
                for name in sorted(names)
            ]
        if recorded["hash"] != current["hash"] or recorded["date"] != current["date"]:
            labels.append(self.env._("date or hash"))
        return labels

    @api.model
    def _forgive_merged(self, recorded, current):
        """A contact merged into another since is no change of the ticket."""
        rows = [
            (old, new, name)
            for part in ("lines", "payments")
            for old, new in zip(recorded[part], current[part], strict=False)
            for name in PARTNERS
            if old.get(name) and new.get(name) and old[name] != new[name]
        ]
        gone = {old[name] for old, _new, name in rows}
        gone -= set(self.env["res.partner"].sudo().browse(gone).exists().ids)
        for old, new, name in rows:
            if old[name] in gone:
                old[name] = new[name]

    @api.model
    def _unsealed_faults(self, company, seals_sudo):
        """Paid tickets made since the first seal that have none."""
        if not seals_sudo:
            return []
        orders_sudo = (
            self.env["pos.order"]
            .sudo()
            .search(
                [
                    ("company_id", "=", company.id),
                    ("state", "in", ("paid", "done")),
                    ("id", ">", min(seals_sudo.order_id.ids)),
                    ("seal_ids", "=", False),
                ],
                order="id",
            )
        )
        return [
            {"ticket": order.name, "reason": self.env._("paid, and without a seal")}
            for order in orders_sudo
        ]


class ResCompany(models.Model):
    _inherit = "res.company"

    def _action_check_pos_seals(self):
        """Show whether the tickets of this company are what was sealed.

        On a page that has an address and its own button to print: a file to download
        leaves an empty screen to who comes by the address, or reloads.
        """
        self.ensure_one()
        if not self.env.user.has_group("conciergerie_base.group_manager") and (
            not self.env.user.has_group("conciergerie_base.group_accountant")
        ):
            raise AccessError(
                self.env._("The seals of tickets are for managers and accountants.")
            )
        action = self.env.ref("conciergerie_pos.action_report_pos_seal")
        return {
            **action.report_action(self),
            "report_type": "qweb-html",
            # The page's address checks again.
            "id": self.env.ref("conciergerie_pos.action_check_pos_seals").sudo().id,
        }


class ReportPosSeal(models.AbstractModel):
    _name = "report.conciergerie_pos.report_pos_seal"
    _description = "Seals of Tickets"

    @api.model
    def _get_report_values(self, docids, data=None):
        seals = self.env["conciergerie.pos.seal"]
        seals.check_access("read")
        companies = self.env["res.company"].browse(docids) or self.env.company
        return {
            "doc_ids": companies.ids,
            "doc_model": "res.company",
            "docs": companies,
            "date": fields.Datetime.now(),
            "results": {
                company: seals._check_integrity(company) for company in companies
            },
        }
