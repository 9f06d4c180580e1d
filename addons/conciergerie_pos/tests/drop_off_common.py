import uuid

from odoo import Command

from odoo.addons.conciergerie_partners.tests.common import PartnersCommon


class DropOffCase(PartnersCommon):
    """A till of the site, opened by the counter user; ironing is a mandate."""

    @classmethod
    def get_default_groups(cls):
        return super().get_default_groups() | cls.env.ref(
            "point_of_sale.group_pos_manager"
        )

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cash_journal = cls.company_data["default_journal_cash"]
        cls.cash = cls.env["pos.payment.method"].create(
            {
                "name": "Cash",
                "journal_id": cls.cash_journal.id,
                "receivable_account_id": cls.company_data[
                    "default_account_receivable"
                ].id,
                "company_id": cls.company.id,
            }
        )
        cls.card = cls.env["pos.payment.method"].create(
            {
                "name": "Card",
                "journal_id": cls.company_data["default_journal_bank"].id,
                "receivable_account_id": cls.cash.receivable_account_id.id,
                "company_id": cls.company.id,
            }
        )
        cls.config = cls._new_config("Val till", cls.site)
        cls.services = (
            cls.ironing | cls.paperwork | cls.copies | cls.alteration
        ).product_tmpl_id
        cls.services.available_in_pos = True
        cls.config.with_user(cls.counter).open_ui()
        cls.till_session = cls.config.current_session_id

    @classmethod
    def _new_config(cls, name, site, methods=None):
        return cls.env["pos.config"].create(
            {
                "name": name,
                "site_id": site.id,
                "company_id": site.company_id.id,
                "payment_method_ids": [
                    Command.set((methods or cls.cash | cls.card).ids)
                ],
            }
        )

    @classmethod
    def _payload(cls, *lines, number="VAL-T1P1-0001", **values):
        """Return what the till sends: one ironing of two pieces, unless told."""
        return {
            "uuid": str(uuid.uuid4()),
            "name": number,
            "config_id": cls.config.id,
            "taken_date": False,
            "partner_id": cls.beneficiary.id,
            "partner_name": cls.beneficiary.name,
            "partner_phone": "",
            "is_paid": False,
            "lines": list(lines) or [cls._line(cls.ironing)],
            **values,
        }

    @classmethod
    def _line(cls, product, pieces=2, **values):
        return {
            "uuid": str(uuid.uuid4()),
            "product_id": product.id,
            "quantity": 1,
            "piece_count": pieces,
            "piece_notes": [],
            "provider_id": product._propose_provider().id,
            "promised_date": False,
            "remarks": "",
            "price_told": 0,
            **values,
        }

    @classmethod
    def _send(cls, payload, user=None):
        """Send a drop-off as the till does, and return its record."""
        user = user or cls.counter
        model = cls.env["conciergerie.drop.off"].with_user(user)
        model = model.with_context(allowed_company_ids=user.company_ids.ids)
        [values] = model.sync_from_ui([payload])["conciergerie.drop.off"]
        return cls.env["conciergerie.drop.off"].browse(values["id"])

    @classmethod
    def _ticket(cls, payload, partner=True):
        """Return the ticket that pays for a drop-off, as the till sends it."""
        products = cls.env["product.product"]
        lines = []
        for line in payload["lines"]:
            product = products.browse(line["product_id"])
            price = product.list_price
            relayed = product.fulfilment == "relayed"
            lines.append(
                Command.create(
                    {
                        "uuid": str(uuid.uuid4()),
                        "product_id": product.id,
                        "full_product_name": product.name,
                        "qty": 1,
                        "price_unit": price,
                        "price_subtotal": price if relayed else round(price / 1.2, 2),
                        "price_subtotal_incl": price,
                        # No VAT of ours on what is sold in a provider's name.
                        "tax_ids": [
                            Command.set([] if relayed else product.taxes_id.ids)
                        ],
                        "provider_id": line["provider_id"],
                        "deal_mode": "mandate" if relayed else False,
                        "drop_off_uuid": payload["uuid"],
                        "drop_off_line_uuid": line["uuid"],
                    }
                )
            )
        total = sum(line[2]["price_subtotal_incl"] for line in lines)
        net = sum(line[2]["price_subtotal"] for line in lines)
        return {
            "uuid": str(uuid.uuid4()),
            "access_token": str(uuid.uuid4()),
            "pos_reference": f"2601-001-{payload['name'][-4:]}",
            "sequence_number": int(payload["name"][-4:]),
            "session_id": cls.till_session.id,
            "company_id": cls.company.id,
            "user_id": cls.counter.id,
            "partner_id": cls.beneficiary.id if partner else False,
            "date_order": "2026-11-29 10:00:00",
            "amount_total": total,
            "amount_tax": total - net,
            "amount_paid": total,
            "amount_return": 0,
            "fiscal_position_id": False,
            "to_invoice": False,
            "state": "paid",
            "lines": lines,
            "payment_ids": [
                Command.create(
                    {
                        "uuid": str(uuid.uuid4()),
                        "payment_method_id": cls.cash.id,
                        "amount": total,
                        "name": "2026-11-29 10:00:00",
                    }
                )
            ],
        }

    @classmethod
    def _sell(cls, payload):
        """Send the ticket that pays for a drop-off, and return its record."""
        model = cls.env["pos.order"].with_user(cls.counter)
        result = model.sync_from_ui([cls._ticket(payload)])
        return cls.env["pos.order"].browse(result["pos.order"][0]["id"])
