from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

MAX_PIECES = 200
MAX_QUANTITY = 10000


class ConciergerieDropOff(models.Model):
    """What a till may send of a drop-off, and what is checked of it.

    A till's browser is in anybody's hands: only the fields named here are read.
    """

    _inherit = "conciergerie.drop.off"

    @api.model
    def _clean_payload(self, payload):
        """Return the values of a drop-off, and of its lines, from what a till sent.

        :param dict payload: keys ``uuid``, ``name``, ``config_id``, ``taken_date``,
            ``partner_id`` or ``partner_name`` and ``partner_phone``, ``is_paid``,
            ``lines``
        :raise ValidationError: one of them is missing or makes no sense
        """
        uuid = self._clean_uuid(payload.get("uuid"))
        config = self.env["pos.config"].browse(int(payload.get("config_id") or 0))
        config.check_access("read")
        if not config.site_id:
            raise ValidationError(
                self.env._(
                    "Till %s belongs to no site: choose one in its settings.",
                    config.name,
                )
            )
        lines = list(payload.get("lines") or ())
        name = self._clean_text(payload.get("name"), 40)
        who = self._clean_text(payload.get("partner_name"), 100)
        if not lines or not name or not (payload.get("partner_id") or who):
            raise ValidationError(
                self.env._("A drop-off needs a number, a beneficiary and a service.")
            )
        return {
            "uuid": uuid,
            "name": name.upper(),
            "config_id": config.id,
            "site_id": config.site_id.id,
            "company_id": config.company_id.id,
            "user_id": self.env.uid,
            "taken_date": self._clean_moment(payload.get("taken_date")),
            "partner_id": self._known("res.partner", [payload.get("partner_id")]).id,
            "partner_name": who,
            "partner_phone": self._clean_text(payload.get("partner_phone"), 40),
            "is_paid": bool(payload.get("is_paid")),
            "line_ids": [
                Command.create({"company_id": config.company_id.id, **vals})
                for vals in self._clean_lines(lines)
            ],
        }

    @api.model
    def _clean_lines(self, payloads):
        """Return the values of all lines; what they name is read at once."""
        products = self._known(
            "product.product", [line.get("product_id") for line in payloads]
        )
        # Who is no provider (any more) is left out: one is proposed instead.
        providers = self._known(
            "res.partner",
            [line.get("provider_id") for line in payloads],
            [("is_provider", "=", True)],
        )
        product_of = {product.id: product for product in products}
        provider_of = {provider.id: provider for provider in providers}
        return [
            self._clean_line(
                line,
                product_of.get(line.get("product_id"), products.browse()),
                provider_of.get(line.get("provider_id"), providers.browse()),
            )
            for line in payloads
        ]

    @api.model
    def _known(self, model, ids, domain=()):
        """Return the records that exist, are active or not, and may be read."""
        wanted = [int(record_id) for record_id in ids if record_id]
        records = self.env[model].with_context(active_test=False)
        if wanted:
            records = records.search([("id", "in", wanted), *domain])
        return records.with_env(self.env)

    @api.model
    def _clean_line(self, payload, product, provider):
        """Return the values of a line from what a till sent."""
        count = int(payload.get("piece_count") or 0)
        quantity = float(payload.get("quantity") or 1)
        if not product or not 0 <= count <= MAX_PIECES:
            raise ValidationError(
                self.env._(
                    "%(count)s pieces of “%(service)s” cannot be taken: the number "
                    "goes from 0 to 200.",
                    count=count,
                    service=product.name or "?",
                )
            )
        if not 0 < quantity <= MAX_QUANTITY:
            raise ValidationError(
                self.env._("The quantity must be more than zero, and at most 10 000.")
            )
        notes = [
            self._clean_text(note, 200)
            for note in list(payload.get("piece_notes") or ())[:count]
        ]
        return {
            "uuid": self._clean_uuid(payload.get("uuid")),
            "product_id": product.id,
            "quantity": quantity,
            "piece_count": count,
            "piece_notes": notes if any(notes) else False,
            "provider_id": provider.id,
            "promised_date": fields.Date.to_date(payload.get("promised_date") or False),
            "remarks": self._clean_text(payload.get("remarks"), 2000),
            "price_told": float(payload.get("price_told") or 0),
        }

    @api.model
    def _clean_uuid(self, value):
        if not isinstance(value, str) or not 30 <= len(value) <= 40:
            raise ValidationError(self.env._("A drop-off without identifier came in."))
        return value

    @api.model
    def _clean_text(self, value, length):
        text = value if isinstance(value, str) else ""
        return text.replace("\x00", "").strip()[:length]

    @api.model
    def _clean_moment(self, value):
        """Return when it was taken; a till's clock may be wrong, never ahead of us."""
        now = fields.Datetime.now()
        return min(fields.Datetime.to_datetime(value) or now, now) if value else now

    # ------------------------------------------------------------------
    # Checked when the requests are made: what fails here is kept
    # ------------------------------------------------------------------

    def _check_line(self, line):
        """Check that a line can become a request.

        :raise ValidationError: naming the service
        """
        product = line.product_id
        if not product.is_conciergerie_service or not product.active:
            raise ValidationError(
                self.env._("“%s” is not a service of the conciergerie.", product.name)
            )
        if product.site_ids and self.site_id not in product.site_ids:
            raise ValidationError(
                self.env._(
                    "%(site)s does not offer “%(service)s”.",
                    site=self.site_id.name,
                    service=product.name,
                )
            )
        if product.needs_deposit and not line.piece_count:
            raise ValidationError(
                self.env._("How many pieces were left for “%s”?", product.name)
            )
        taken = fields.Datetime.context_timestamp(self, self.taken_date).date()
        if line.promised_date and not (
            taken <= line.promised_date <= taken + timedelta(days=366)
        ):
            raise ValidationError(
                self.env._(
                    "“%(service)s” is promised for %(date)s: check the date.",
                    service=product.name,
                    date=format_date(self.env, line.promised_date),
                )
            )

    def _get_beneficiary(self):
        """Return who left the things: chosen, already known, or new."""
        self.ensure_one()
        if self.partner_id:
            return self.partner_id
        return self.env["res.partner"]._take_beneficiary(
            self.partner_name, self.partner_phone, self.company_id
        )


class ConciergerieDropOffLine(models.Model):
    _inherit = "conciergerie.drop.off.line"

    def _prepare_order_line_vals(self):
        """Return the values of the order line that this line becomes."""
        self.ensure_one()
        return {
            "product_id": self.product_id.id,
            "product_uom_qty": self.quantity,
            "piece_count": self.piece_count,
            **({"provider_id": self.provider_id.id} if self.provider_id else {}),
        }

    def _prepare_request_vals(self):
        """Return what the request takes from this line."""
        self.ensure_one()
        vals = {"drop_off_id": self.drop_off_id.id}
        if self.promised_date:
            vals["promised_date"] = self.promised_date
        if self.remarks:
            vals["description"] = self.remarks
        return vals

    def _claim_ticket_lines(self):
        """Return the ticket lines that have paid for these lines, if they are there.

        :return: dict uuid → ``pos.order.line``
        """
        uuids = self.mapped("uuid")
        # See _link_to_ticket: who comes second links.
        claimed = (
            self.env["conciergerie.pos.claim"]
            .sudo()
            ._claim([f"link-{uuid}" for uuid in uuids])
        )
        if len(claimed) == len(uuids):
            return {}
        lines_sudo = (
            self.env["pos.order.line"]
            .sudo()
            .search(
                [
                    ("drop_off_line_uuid", "in", uuids),
                    ("order_id.state", "not in", ("draft", "cancel")),
                    ("company_id", "=", self.company_id.id),
                ]
            )
        )
        product = {line.uuid: line.product_id for line in self}
        return {
            line.drop_off_line_uuid: line
            for line in lines_sudo
            if product[line.drop_off_line_uuid] == line.product_id
        }
