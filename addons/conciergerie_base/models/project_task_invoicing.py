from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .project_task import OPEN_STEPS


class ProjectTask(models.Model):
    """What a request costs and whether it is paid: all of it on the sales order."""

    _inherit = "project.task"

    currency_id = fields.Many2one(related="site_id.company_id.currency_id")
    price_total = fields.Monetary(
        string="Price",
        compute="_compute_price_total",
        compute_sudo=True,
        help="Price including VAT, as on the order.",
    )
    payment_status = fields.Selection(
        selection=[
            ("free", "Free of charge"),
            ("not_invoiced", "Not invoiced"),
            ("to_pay", "To pay"),
            ("paid", "Paid"),
        ],
        compute="_compute_payment_status",
        compute_sudo=True,
    )
    request_invoice_count = fields.Integer(
        compute="_compute_payment_status", compute_sudo=True
    )

    @api.depends("sale_line_id.price_total")
    def _compute_price_total(self):
        for task in self:
            task.price_total = task.sale_line_id._invoiced_total()

    @api.depends(
        "is_market",
        "step",
        "sale_line_id.qty_invoiced",
        "sale_line_id.qty_to_invoice",
        "sale_line_id.invoice_lines.move_id.payment_state",
        "sale_line_id.invoice_lines.move_id.state",
    )
    def _compute_payment_status(self):
        for task in self:
            invoices = task._request_invoices()
            task.request_invoice_count = len(invoices)
            posted = invoices.filtered(lambda m: m.state == "posted")
            if not task.is_market:
                task.payment_status = "free"
            elif not posted:
                task.payment_status = "not_invoiced"
            elif any(
                m.payment_state not in ("paid", "in_payment", "reversed")
                for m in posted
            ):
                task.payment_status = "to_pay"
            elif task._has_more_to_invoice(posted):
                task.payment_status = "not_invoiced"
            else:
                task.payment_status = "paid"

    def _has_more_to_invoice(self, invoices):
        """Tell whether a part of the line is on no invoice yet.

        After a credit note nothing is asked again: it was somebody's decision.
        """
        self.ensure_one()
        line = self.sale_line_id
        if any(move.move_type == "out_refund" for move in invoices):
            return False
        if self.step in OPEN_STEPS:
            left = line._quantity_to_collect()
        else:
            left = line.qty_to_invoice
        return line.product_uom_id.compare(left, 0.0) > 0

    def _check_protected_write(self, vals):
        """Keep an invoiced request on its order: without it, it is charged again."""
        if "sale_line_id" in vals:
            for task in self.filtered("sale_line_id"):
                line_sudo = task.sudo().sale_line_id
                if line_sudo.id != vals["sale_line_id"] and line_sudo.qty_invoiced:
                    raise UserError(
                        self.env._(
                            "%(request)s has been invoiced on order %(order)s and "
                            "stays on it. Make a credit note to change what is paid.",
                            request=task.display_name,
                            order=line_sudo.order_id.name,
                        )
                    )
        return super()._check_protected_write(vals)

    def _request_invoices(self):
        """Return the customer invoices of these requests, cancelled ones left out."""
        return self.sale_line_id.invoice_lines.move_id.filtered(
            lambda m: m.state != "cancel" and m.is_sale_document()
        )

    def _ensure_order(self):
        """Give requests taken without an order one, already confirmed.

        The order names the request, so that confirming it makes no second one.

        :raise UserError: no beneficiary, no service
        """
        for task in self.filtered(lambda t: not t.sale_line_id and t.is_market):
            if not task.partner_id or not task.service_id:
                raise UserError(
                    self.env._(
                        "%(request)s needs a beneficiary and a service before it can "
                        "be invoiced.",
                        request=task.display_name,
                    )
                )
            order = self.env["sale.order"].create(
                {
                    "partner_id": task.partner_id.id,
                    "company_id": task.site_id.company_id.id,
                    "site_id": task.site_id.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": task.service_id.id,
                                "provider_id": task.provider_id.id,
                                "task_id": task.id,
                            }
                        )
                    ],
                }
            )
            task.sale_line_id = order.order_line
            if order.state != "sale":
                order.action_confirm()

    def action_collect(self):
        """Open the dialog that invoices the requests and takes the payment."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "conciergerie_base.conciergerie_collect_wizard_action"
        )
        action["context"] = {"default_task_ids": self.ids}
        return action

    def action_view_request_invoices(self):
        """Open the invoices of a request.

        Core's form of an invoice shows payments, which counter staff may not read:
        they get a form of their own, from which they print it.
        """
        self.ensure_one()
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "account.action_move_out_invoice_type"
        )
        invoices = self.sudo()._request_invoices()
        action["domain"] = [("id", "in", invoices.ids)]
        action["context"] = {"create": False}
        list_view = form_view = self.env["ir.ui.view"]
        if not self.env.user.has_groups(
            "account.group_account_invoice,account.group_account_readonly"
        ):
            list_view = self.env.ref("conciergerie_base.account_move_view_list_counter")
            form_view = self.env.ref("conciergerie_base.account_move_view_form_counter")
            action["views"] = [(list_view.id, "list"), (form_view.id, "form")]
        if len(invoices) == 1:
            action["views"] = [(form_view.id, "form")]
            action["res_id"] = invoices.id
        return action
