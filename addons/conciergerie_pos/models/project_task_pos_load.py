from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.conciergerie_base.models.conciergerie_piece import AT_SITE
from odoo.addons.conciergerie_base.models.project_task import OPEN_STEPS

# Characters of a tracking link that tell requests apart; the rest of the link, which
# opens the page, never leaves the server.
KEY_LENGTH = 12
# A change committed while the last answer was being read carries a date before it.
OVERLAP_MINUTES = 2


class ProjectTask(models.Model):
    """What a till knows of the requests, also without network.

    One flat row for each request that is open, or closed with things still here:
    small enough for thousands, read in a number of queries that does not grow.
    """

    _name = "project.task"
    _inherit = ["project.task", "pos.load.mixin"]

    @api.model
    def _load_pos_data_fields(self, config):
        return ["reference", "step", "promised_date", "write_date"]

    @api.model
    def _load_pos_data_domain(self, data, config):
        """Return the requests that a till of this site may hand over."""
        return Domain.AND(
            [
                self._pos_site_domain(config),
                Domain("step", "in", OPEN_STEPS)
                | (
                    Domain("step", "=", "cancelled")
                    & Domain("piece_ids.holder", "in", AT_SITE)
                ),
            ]
        )

    @api.model
    def _pos_site_domain(self, config):
        if config.site_id:
            return Domain("site_id", "=", config.site_id.id)
        return Domain("site_id.company_id", "=", config.company_id.id)

    @api.model
    def _load_pos_data_search_read(self, data, config):
        """Read open requests, or those that changed since the till last asked."""
        if not self.env.user.has_group("conciergerie_base.group_counter"):
            return []
        since = self.env.context.get("pos_last_server_date")
        return self._pos_search(config, since)._prepare_pos_rows()

    @api.model
    def _pos_search(self, config, since=None):
        """Return the open requests of a till, or what changed of them since a date.

        :param config: ``pos.config``
        :param since: datetime (UTC) of the last answer; closed ones come too then
        """
        if not since:
            return self.search(self._load_pos_data_domain({}, config))
        since = fields.Datetime.subtract(
            fields.Datetime.to_datetime(since), minutes=OVERLAP_MINUTES
        )
        # What a row shows lives on four records; each bears its own date.
        changed = Domain.OR(
            Domain(path, ">", since)
            for path in (
                "write_date",
                "piece_ids.write_date",
                "sale_line_id.write_date",
                "sale_line_id.order_id.write_date",
            )
        )
        return self.search(self._pos_site_domain(config) & changed)

    @api.model
    def pos_refresh_requests(self, config_id, since=False):
        """Return what changed of a till's requests since its last answer.

        :param int config_id: id of the till
        :param str since: date of the last answer, UTC; empty for all that is open
        :return: dict of the ``rows`` and of ``now``, to ask again from
        """
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        self.check_access("read")
        rows = self._pos_search(config, since)._prepare_pos_rows()
        return {"rows": rows, "now": fields.Datetime.to_string(self.env.cr.now())}

    @api.model
    def pos_find_code(self, config_id, code):
        """Return what a scanned code stands for, where the till does not know it.

        :param int config_id: id of the till
        :param str code: reference, label, tracking link, or a person's card
        :return: dict of ``rows`` and of ``person``, the beneficiary's id
        :raise UserError: nobody and nothing carries this code
        """
        code = (code or "").strip()
        config = self.env["pos.config"].browse(config_id)
        config.check_access("read")
        self.check_access("read")
        partner = self.env["res.partner"]
        tasks = self._pos_tasks_of_code(code)
        if not tasks and code:
            partner = partner.search([("barcode", "=", code)], limit=1)
            tasks = self.search(
                Domain(self._load_pos_data_domain({}, config))
                & Domain("partner_id", "child_of", partner.ids)
            )
        if not tasks and not partner:
            raise UserError(
                self.env._(
                    "Nothing carries the code “%s”. Scan the deposit ticket or a "
                    "label, or type three letters of the person's name.",
                    code,
                )
            )
        return {
            "rows": tasks._pos_rows(),
            "person": (partner or tasks[:1].partner_id).id,
        }

    @api.model
    def _pos_tasks_of_code(self, code):
        """Return the requests whose ticket, label or link was scanned."""
        if not code:
            return self.browse()
        drop_off_model = self.env["conciergerie.drop.off"]
        if "/suivi/depot/" in code.lower():
            uuid = code.lower().rsplit("/suivi/depot/", 1)[1].split("?", 1)[0]
            return drop_off_model.search([("uuid", "=", uuid.strip("/"))]).task_ids
        requests = Domain("site_id", "!=", False)
        if "/suivi/" in code:
            token = code.rsplit("/suivi/", 1)[1].split("?", 1)[0].strip("/")
            return self.search(requests & Domain("tracking_token", "=", token), limit=1)
        code = code.upper()
        return (
            self.search(requests & Domain("reference", "=", code), limit=1)
            or (
                self.env["conciergerie.piece"].search([("label", "=", code)], limit=1)
            ).task_id
            or drop_off_model.search([("name", "=", code)]).task_ids
        )

    # ------------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------------

    def _pos_rows(self):
        """Return the rows of requests that this person may see.

        :raise AccessError: one of them is not hers to see
        """
        self.check_access("read")
        return self._prepare_pos_rows()

    def _prepare_pos_rows(self):
        """Return one flat dict for each request, whatever their number at once.

        Of requests that were searched or checked: asked again one by one, the rules
        took a tenth of an opening.
        """
        if not self:
            return []
        # Prices and invoices belong to other models; what is shown of them is due.
        tasks_sudo = self.sudo()
        tasks_sudo.piece_ids.fetch(["number", "label", "holder", "rack", "description"])
        lines_sudo = tasks_sudo.sale_line_id
        others = self._pos_other_lines(lines_sudo)
        return [task._prepare_pos_row(others) for task in tasks_sudo]

    @api.model
    def _pos_other_lines(self, lines_sudo):
        """Return the lines of these orders that no request is made of, by order.

        Down payments and goods: they are settled with the order.
        """
        orders_sudo = lines_sudo.order_id
        return (
            orders_sudo.order_line.filtered(
                lambda line: (
                    not line.display_type
                    and not line.request_ids
                    and (line.is_downpayment or line.product_uom_qty)
                )
            )
            .filtered(lambda line: line._pos_quantity_to_settle())
            .grouped("order_id")
        )

    def _prepare_pos_row(self, others):
        """Return the row of one request.

        :param dict others: lines of each order that belong to no request
        """
        self.ensure_one()
        line = self.sale_line_id
        row = {
            "id": self.id,
            "reference": self.reference,
            "step": self.step,
            "promised_date": fields.Date.to_string(self.promised_date) or False,
            "write_date": fields.Datetime.to_string(self.write_date),
            "site": self.site_id.id,
            "service": self.service_id.display_name or self.name,
            "product": self.service_id.id,
            "person_id": self.partner_id.id,
            "person": self.partner_id.name or "",
            "provider": self.provider_id.name or "",
            "key": (self.tracking_token or "")[:KEY_LENGTH],
            "mode": self._pos_payment_mode(),
            "pieces": [
                [p.id, p.label, p.holder, p.rack or "", p.description or ""]
                for p in self.piece_ids.sorted("number")
            ],
        }
        if self.drop_off_id:
            row["ticket"] = self.drop_off_id.name
        if self.closed_date:
            row["closed"] = fields.Datetime.to_string(self.closed_date)
        if self.reason:
            row["reason"] = self.reason
        if row["mode"] == "order":
            row["sale"] = line.order_id._prepare_pos_sale(
                line, others.get(line.order_id) or line.browse()
            )
        elif row["mode"] == "none":
            row["price"] = self.service_id.lst_price
        return row

    def _pos_payment_mode(self):
        """Say how a request is paid for at the till.

        ``free`` not at all; ``provider`` to the provider, who invoices it; ``order``
        by settling its order; ``paid`` was paid on a ticket; ``none`` has no order
        yet: one is made when it is paid.
        """
        self.ensure_one()
        if not self.is_market:
            return "free"
        if self.sale_line_id.deal_mode == "referral":
            return "provider"
        if self.sale_line_id:
            return "order"
        # The ticket of a drop-off paid at once may still be on its way.
        return "paid" if self.pos_line_id or self.payment_status == "paid" else "none"
