import hashlib
import json
from decimal import Decimal

from odoo import api, fields, models

# Of the payload; a reader of an old seal builds the payload that was sealed then.
SEAL_VERSION = 1
ORDER_AMOUNTS = ("amount_total", "amount_tax", "amount_paid", "amount_return")
SEALED_ORDER = ("uuid", "pos_reference", "config_id", "is_refund", *ORDER_AMOUNTS)
SEALED_LINE = (
    "uuid",
    "product_id",
    "qty",
    "price_unit",
    "discount",
    "price_subtotal",
    "price_subtotal_incl",
    "tax_ids",
    "refunded_orderline_id",
    "provider_id",
    "deal_mode",
    "service_price_unit",
    "advanced_amount",
    "copay_amount",
    "drop_off_uuid",
    "drop_off_line_uuid",
)
SEALED_PAYMENT = (
    "uuid",
    "payment_method_id",
    "amount",
    "is_change",
    "copay_partner_id",
    "copay_convention_id",
)
SEALED_DEAL = (
    "mode",
    "base",
    "rate",
    "fixed_amount",
    "minimum_amount",
    "maximum_amount",
    "provider_vat_rate",
    "commission_amount",
)


class ConciergeriePosSeal(models.Model):
    """What a paid ticket said, chained to the ticket paid before it.

    Core's own hash covers neither the amounts and methods of payments nor what we add
    to a line. A seal is made as the ticket is paid; its payload is the whole of what
    cannot change any more, its digest is taken over it and the digest before. Tickets
    of a company are paid one after the other: the number without gaps that core gives
    to each is taken under a lock, and so is ours where core gives none.
    """

    _name = "conciergerie.pos.seal"
    _description = "Seal of a Ticket"
    _inherit = ["conciergerie.append.only"]
    _order = "id"
    _rec_name = "order_id"

    _frozen_columns = ("order_id", "company_id", "payload", "digest", "previous_digest")

    order_id = fields.Many2one(
        comodel_name="pos.order",
        string="Ticket",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
    )
    payload = fields.Text(required=True, readonly=True)
    digest = fields.Char(required=True, readonly=True)
    previous_digest = fields.Char(readonly=True)

    _order_unique = models.UniqueIndex("(order_id)", "A ticket is sealed once.")

    @api.model
    def _append_only_message(self):
        return self.env._(
            "The seal of a ticket is never changed or deleted: what was sold is "
            "corrected by a refund."
        )

    @api.model
    def _seal(self, order):
        """Seal a ticket that has just been paid.

        :param order: one ``pos.order``
        :return: the new seal
        """
        seals_sudo = self.sudo()
        company = order.company_id
        if not company._is_accounting_unalterable():
            company._lock_pos_seals()
        previous = seals_sudo.search(
            [("company_id", "=", company.id)], order="id desc", limit=1
        )
        payload = self._canonical(self._payload(order))
        return seals_sudo.create(
            {
                "order_id": order.id,
                "company_id": company.id,
                "payload": payload,
                "digest": self._digest(previous.digest, payload),
                "previous_digest": previous.digest,
            }
        )

    @api.model
    def _digest(self, previous, payload):
        return hashlib.sha256(f"{previous or ''}{payload}".encode()).hexdigest()

    @api.model
    def _canonical(self, payload):
        """Return the one text of a payload: sorted, without spaces, in ASCII."""
        return json.dumps(
            payload, sort_keys=True, ensure_ascii=True, separators=(",", ":")
        )

    @api.model
    def _payload(self, order):
        """Return what is sealed of a ticket, as plain values.

        :param order: one ``pos.order``
        """
        order_sudo = order.sudo()
        return {
            "version": SEAL_VERSION,
            "hash": order_sudo.l10n_fr_hash or "",
            "date": fields.Datetime.to_string(order_sudo.date_order),
            "ticket": self._values(order_sudo, SEALED_ORDER),
            "lines": [
                {
                    **self._values(line, SEALED_LINE),
                    "deals": [
                        self._values(deal, SEALED_DEAL)
                        for deal in line.commission_line_ids.sorted("id")
                    ],
                }
                for line in order_sudo.lines.sorted("id")
            ],
            "payments": [
                self._values(payment, SEALED_PAYMENT)
                for payment in order_sudo.payment_ids.sorted("id")
            ],
        }

    @api.model
    def _values(self, record, names):
        digits = record.currency_id.decimal_places
        return {name: self._plain(record, name, digits) for name in names}

    @api.model
    def _plain(self, record, name, digits):
        """Return a value that is the same before a flush and after it.

        Numbers are texts without trailing zeroes, rounded as their column is.

        :param int digits: decimal places of the record's currency
        """
        kind = record._fields[name].type
        value = record[name]
        if kind == "many2one":
            return value.id or 0
        if kind in ("many2many", "one2many"):
            return sorted(value.ids)
        if kind == "monetary":
            value = round(value or 0.0, digits)
        if kind in ("float", "monetary"):
            number = Decimal(str(value or 0.0)).normalize()
            return format(number + 0, "f")
        return value or ""


class ResCompany(models.Model):
    _inherit = "res.company"

    pos_seal_sequence_id = fields.Many2one(
        comodel_name="ir.sequence",
        readonly=True,
        copy=False,
        groups="base.group_system",
        help="Its row is the lock of the company's seals, where core takes none.",
    )

    def _lock_pos_seals(self):
        """Make the tickets of a company be sealed one after the other.

        A number without gaps is taken: the database refuses it to whoever began
        before another one's commit, and the request is tried again.
        """
        self.ensure_one()
        company_sudo = self.sudo()
        if not company_sudo.pos_seal_sequence_id:
            company_sudo.pos_seal_sequence_id = company_sudo.env["ir.sequence"].create(
                {
                    "name": self.env._("Seals of tickets: %s", self.name),
                    "implementation": "no_gap",
                    "company_id": self.id,
                }
            )
        company_sudo.pos_seal_sequence_id.next_by_id()
