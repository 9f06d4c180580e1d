from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from .project_task_ticket import Taking


class ConciergerieDropOff(models.Model):
    """Things left at a till, as it recorded them, possibly without network.

    A till makes it, prints the deposit ticket and the labels, and sends it once there
    is a network. Not paid, it makes one confirmed order and thereby its requests; paid
    at once, its requests hang on the lines of the ticket.
    """

    _name = "conciergerie.drop.off"
    _description = "Drop-off"
    _inherit = ["pos.load.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "taken_date desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", required=True, readonly=True, index=True)
    uuid = fields.Char(required=True, readonly=True)
    config_id = fields.Many2one(
        comodel_name="pos.config",
        string="Till",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    site_id = fields.Many2one(
        comodel_name="conciergerie.site",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Taken by", readonly=True
    )
    taken_date = fields.Datetime(
        string="Taken on", required=True, readonly=True, help="By the till's clock."
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Beneficiary",
        readonly=True,
        index="btree_not_null",
    )
    partner_name = fields.Char(string="Name Given", readonly=True)
    partner_phone = fields.Char(string="Phone Given", readonly=True)
    is_paid = fields.Boolean(
        string="Paid at Once",
        readonly=True,
        help="A ticket pays for it. Otherwise it is paid when it is collected.",
    )
    line_ids = fields.One2many(
        comodel_name="conciergerie.drop.off.line",
        inverse_name="drop_off_id",
        readonly=True,
    )
    lines = fields.Json(
        string="What Was Left",
        compute="_compute_lines",
        help="Service by service, as a till keeps it.",
    )
    order_id = fields.Many2one(
        comodel_name="sale.order", readonly=True, index="btree_not_null"
    )
    task_ids = fields.One2many(
        comodel_name="project.task", inverse_name="drop_off_id", string="Requests"
    )
    state = fields.Selection(
        selection=[
            ("waiting", "Waiting for Payment"),
            ("done", "Registered"),
            ("failed", "To Sort Out"),
        ],
        required=True,
        readonly=True,
        default="done",
        index=True,
    )
    failure = fields.Text(
        string="What Is Wrong",
        readonly=True,
        help="Why no request could be made. The things are at the counter.",
    )

    _uuid_unique = models.UniqueIndex("(uuid)", "This drop-off was received already.")

    # ------------------------------------------------------------------
    # Sent by a till
    # ------------------------------------------------------------------

    @api.model
    def sync_from_ui(self, drop_offs):
        """Receive drop-offs of a till; sent twice, each is still taken once (B9).

        What cannot become a request (a service archived meanwhile) is kept with the
        reason and becomes a task for the manager: the things are there.

        :param drop_offs: list of dict, as ``DropOff.serialize`` of the till makes them
        :return: the records as the POS loads them, by model
        :raise AccessError: no right to requests, or to the till
        :raise ValidationError: something is missing, nothing is kept
        """
        if not self.env.user.has_group("conciergerie_base.group_counter"):
            raise AccessError(
                self.env._("Things are taken by the people of the counter only.")
            )
        taken = self.browse()
        for payload in drop_offs:
            taken |= self._take(payload)
        return {
            self._name: self._load_pos_data_read(taken, taken.config_id[:1])
            if taken
            else []
        }

    @api.model
    def _take(self, payload):
        """Take one drop-off, or return the one that was taken before."""
        vals = self._clean_payload(payload)
        uuid = vals["uuid"]
        # The claim is no secret and gives nothing: who may take it was just checked.
        claim_model_sudo = self.env["conciergerie.pos.claim"].sudo()
        claimed = claim_model_sudo._claim([uuid, f"wait-{uuid}"])
        if uuid not in claimed:
            known = self.search([("uuid", "=", uuid)])
            if not known:
                raise AccessError(
                    self.env._("This drop-off was taken at a till of another company.")
                )
            return known
        drop_off_sudo = self.browse().sudo()
        if f"wait-{uuid}" not in claimed:
            drop_off_sudo = self._take_waiting(vals)
        if not drop_off_sudo:
            # No log of its creation: its requests have one.
            drop_off_sudo = self.sudo().with_context(tracking_disable=True).create(vals)
            drop_off_sudo = drop_off_sudo.with_env(self.sudo().env)
        drop_off_sudo._make_requests()
        return drop_off_sudo.sudo(self.env.su)

    def _make_requests(self):
        """Make the requests; what is refused becomes a task for the manager."""
        self.ensure_one()
        work = self.sudo(False).with_company(self.company_id)
        try:
            with self.env.cr.savepoint():
                work._create_requests()
        except (UserError, ValidationError) as error:
            self.sudo()._fail(str(error))

    def action_retry(self):
        """Try again to make the requests, once what was wrong is mended.

        :raise UserError: it is still refused, or it is registered already
        """
        self.check_access("read")
        if not self.env.user.has_group("conciergerie_base.group_manager"):
            raise AccessError(self.env._("A manager sorts out what was refused."))
        for drop_off in self:
            drop_off_sudo = drop_off.sudo()
            # One manager at a time: two would make the requests twice.
            drop_off_sudo.lock_for_update()
            if drop_off_sudo.state != "failed":
                raise UserError(
                    self.env._("Drop-off %s is registered already.", drop_off.name)
                )
            drop_off.with_company(drop_off.company_id)._create_requests()
            drop_off_sudo.write({"state": "done", "failure": False})
            drop_off_sudo.activity_feedback(["mail.mail_activity_data_todo"])

    def _fail(self, reason):
        """Keep the drop-off without requests, and ask a manager to sort it out."""
        self.write({"state": "failed", "failure": reason})
        managers = self.env.ref(
            "conciergerie_base.group_manager"
        ).all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        manager = (managers & self.site_id.user_ids or managers or self.user_id)[:1]
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=self.env._("Drop-off %s: no request could be made", self.name),
            note=reason,
            user_id=manager.id,
        )

    # ------------------------------------------------------------------
    # Requests
    # ------------------------------------------------------------------

    def _create_requests(self):
        """Make order, requests and pieces, with the rights of who took them."""
        self.ensure_one()
        self_sudo = self.sudo()
        self_sudo.partner_id = self._get_beneficiary()
        for line in self_sudo.line_ids:
            self._check_line(line)
        billed = self_sudo.line_ids.filtered(
            lambda line: line.product_id.is_market and not self_sudo.is_paid
        )
        if billed:
            self._create_order(billed)
        self._create_direct_requests(self_sudo.line_ids - billed)
        with_pieces = self_sudo.line_ids.filtered("piece_count")
        taking = Taking()
        taking.labels = self._free_labels(with_pieces)
        for line in with_pieces:
            line.task_id.sudo(False).with_context(conciergerie_taking=taking)._deposit(
                line.piece_count, line.piece_notes or ()
            )
        self_sudo._tell_other_price()

    def _free_labels(self, lines):
        """Return the labels printed for the things, none where one is another's.

        A browser's profile that was copied to a second computer counts twice; the
        pieces then get the labels of base, to be printed again.

        :return: dict of the id of a request to its labels
        """
        labels = {line.task_id.id: line._labels() for line in lines}
        piece_model_sudo = self.env["conciergerie.piece"].sudo()
        taken = piece_model_sudo.search_count(
            [
                ("label", "in", [one for some in labels.values() for one in some]),
                ("company_id", "=", self.company_id.id),
            ],
            limit=1,
        )
        return {} if taken else labels

    def _action_open(self):
        """Open the drop-off."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
        }

    def _create_order(self, lines):
        """Make the order of what is paid later; confirming it makes the requests."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "site_id": self.site_id.id,
                "origin": self.name,
                "order_line": [
                    Command.create(line._prepare_order_line_vals()) for line in lines
                ],
            }
        )
        order_lines = order.order_line.sorted("id")
        taking = Taking(dict(zip(order_lines.ids, lines, strict=True)))
        order.with_context(
            conciergerie_taking=taking,
            conciergerie_promised_date=lines[0].promised_date,
            # What was promised offline may be closed or gone by now; it was printed.
            conciergerie_past_dates=True,
        ).action_confirm()
        self.sudo().order_id = order
        for line, order_line in zip(lines, order_lines, strict=True):
            line.write(
                {"order_line_id": order_line.id, "task_id": order_line.task_id.id}
            )

    def _create_direct_requests(self, lines):
        """Make the requests without an order: paid on a ticket, or free of charge."""
        if not lines:
            return
        task_model = self.env["project.task"]
        task_model.check_access("create")
        sold_sudo = lines._claim_ticket_lines() if self.is_paid else {}
        unsold = self.env["pos.order.line"]
        tasks_sudo = (
            task_model.sudo()
            .with_context(conciergerie_past_dates=True)
            .create(
                [
                    {
                        "project_id": self.site_id.project_id.id,
                        "name": line.product_id.name,
                        "partner_id": self.partner_id.id,
                        "service_id": line.product_id.id,
                        "provider_id": line.provider_id.id,
                        "expected_piece_count": line.piece_count,
                        "company_id": self.company_id.id,
                        **line._prepare_request_vals(),
                        **line._prepare_sold_vals(sold_sudo.get(line.uuid, unsold)),
                    }
                    for line in lines
                ]
            )
        )
        for line, task_sudo in zip(lines, tasks_sudo, strict=True):
            line.task_id = task_sudo
        tasks_sudo.sudo(self.env.su)._notify_registered()

    def _tell_other_price(self):
        """Log where the order's price is not the one that the ticket said."""
        for line in self.line_ids.filtered("order_line_id"):
            price = line.order_line_id.price_total
            if line.price_told and line.currency_id.compare_amounts(
                price, line.price_told
            ):
                line.task_id._message_log(
                    body=self.env._(
                        "The deposit ticket said %(told)s; the order says %(price)s.",
                        told=line.currency_id.format(line.price_told),
                        price=line.currency_id.format(price),
                    )
                )

    # ------------------------------------------------------------------
    # Loaded in the POS
    # ------------------------------------------------------------------

    @api.model
    def _load_pos_data_domain(self, data, config):
        """Load what this till took today, to print it again, and what its tickets wait
        to pay for."""
        midnight = fields.Datetime.now().replace(hour=0, minute=0)
        lines = data.get("pos.order.line", ())
        uuids = [line["drop_off_uuid"] for line in lines if line.get("drop_off_uuid")]
        waits = Domain("state", "=", "waiting")
        return (
            ~waits
            & Domain("config_id", "=", config.id)
            & Domain("taken_date", ">=", midnight)
        ) | (waits & Domain("uuid", "in", uuids))

    @api.model
    def _load_pos_data_fields(self, config):
        return [
            "name",
            "uuid",
            "taken_date",
            "partner_id",
            "partner_name",
            "partner_phone",
            "is_paid",
            "state",
            "lines",
            "write_date",
        ]

    @api.depends("line_ids")
    def _compute_lines(self):
        for drop_off in self:
            drop_off.lines = [
                line._prepare_pos_line_vals() for line in drop_off.line_ids.sorted("id")
            ]
