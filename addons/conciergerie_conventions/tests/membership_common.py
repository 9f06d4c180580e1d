from odoo import Command, fields

from .common import ConventionsCommon


class MembershipCommon(ConventionsCommon):
    """A yearly membership of 15.00, one for families, a members' pricelist of -20 %."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.membership = cls._new_membership("Yearly membership", 15.0)
        cls.family = cls._new_membership(
            "Family membership", 25.0, membership_kind="family", membership_people=2
        )
        cls.solidarity = cls._new_membership(
            "Membership at the solidarity price", 5.0, membership_kind="solidarity"
        )
        cls.members_pricelist = cls.env["product.pricelist"].create(
            {
                "name": "Members",
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "1_product",
                            "product_tmpl_id": cls.copies.product_tmpl_id.id,
                            "compute_price": "percentage",
                            "percent_price": 20.0,
                        }
                    )
                ],
            }
        )
        cls.company.members_pricelist_id = cls.members_pricelist
        cls.lines = cls.env["membership.membership_line"]

    @classmethod
    def _new_membership(cls, name, price, **values):
        return cls.env["product.product"].create(
            {
                "name": name,
                "list_price": price,
                "membership": True,
                "membership_period": "rolling",
                **values,
            }
        )

    def _sell(self, product=None, partner=None, user=None, **values):
        """Sell a membership through the dialog, as the counter does."""
        wizard = (
            self.env["conciergerie.membership.wizard"]
            .with_user(user or self.counter)
            .with_company(self.company)
            .create(
                {
                    "partner_id": (partner or self.beneficiary).id,
                    "product_id": (product or self.membership).id,
                    **values,
                }
            )
        )
        action = wizard.action_sell()
        return self.lines.browse(action["res_id"])

    def _book(self, first, partner=None, product=None):
        return self.lines._book_sale(
            partner or self.beneficiary,
            product or self.membership,
            self.company,
            fields.Date.to_date(first),
            15.0,
        )

    def _pricelist(self, partner=None, user=None, day=None):
        partner = (partner or self.beneficiary).with_user(user or self.counter)
        partner.invalidate_recordset(["property_product_pricelist"])
        if day:
            partner = partner.with_context(membership_day=fields.Date.to_date(day))
        return partner.with_company(self.company).property_product_pricelist
