import json
import os
import random
from datetime import date

from odoo import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import file_path

from .copay_common import PosCopayCommon

VECTORS = "conciergerie_pos/static/tests/unit/copay_vectors.js"
DAY = date(2026, 11, 10)


@tagged("post_install", "-at_install")
@freeze_time("2026-11-10 10:00:00")
class TestCopayVectors(PosCopayCommon):
    """The till's arithmetic is the server's: both are held to the same vectors.

    With CONCIERGERIE_WRITE_VECTORS in the environment, this test writes them anew.
    """

    maxDiff = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        categories = cls.env["product.category"]
        cls.cloth = categories.create({"name": "Cloth"})
        cls.sewing = categories.create({"name": "Sewing", "parent_id": cls.cloth.id})
        cls.services = (
            cls._new_service("Hem", 10.0, fulfilment="own", categ_id=cls.sewing.id)
            | cls._new_service("Wash", 10.0, fulfilment="own", categ_id=cls.cloth.id)
            | cls.copies
            | cls.paperwork
        )
        goods = cls.env["product.product"].create({"name": "Jam", "list_price": 5.0})
        cls.sold = cls.services | goods
        cls.payers = cls.env["res.partner"].create(
            [{"name": f"Payer {n}", "is_company": True} for n in range(3)]
        )

    def _world(self, draw):
        """Create a person with one to three payers, and what is used already."""
        person = self.env["res.partner"].create(
            {"name": "Somebody", "company_id": self.company.id}
        )
        for rank, payer in enumerate(self.payers[: draw.randint(1, 3)]):
            rules = [
                {
                    "share": draw.choice([10, 20, 33.33, 50, 66.67, 80, 100]),
                    "cap_operation": draw.choice([0, 0, 5, 10, 12.5]),
                    "cap_month": draw.choice([0, 0, 20.01]),
                    "cap_year": draw.choice([0, 25, 60]),
                    **scope,
                }
                for scope in draw.sample(
                    [
                        {"scope": "3_all"},
                        {"scope": "2_category", "categ_id": self.cloth.id},
                        {"scope": "2_category", "categ_id": self.sewing.id},
                        {"scope": "1_service", "product_id": self.services[0].id},
                        {"scope": "1_service", "product_id": self.services[2].id},
                    ],
                    draw.randint(1, 4),
                )
            ]
            covered = draw.choice([[], [], self.services[:2].ids])
            convention = self._new_convention(
                payer,
                rules=rules,
                payer_rank=rank,
                code=f"W{person.id}-{rank}",
                covered_service_ids=[Command.set(covered)],
            )
            self._entitle(convention, person)
            used = {
                rule: draw.choice([0.0, 3.33, 9.99])
                for rule in convention.copay_rule_ids
                if rule.cap_year
            }
            self.env["conciergerie.copay.ceiling"]._raise(person, DAY, used)
        return person

    def _lines(self, draw):
        lines = [
            {
                "key": f"line {number}",
                "product": product,
                "price_total": round(draw.uniform(0.01, 60), 2),
                "quantity": 1,
                "is_downpayment": False,
            }
            for number, product in enumerate(
                draw.choices(self.sold, k=draw.randint(1, 5))
            )
        ]
        total = sum(line["price_total"] for line in lines)
        if draw.random() < 0.4:
            lines.append(
                {
                    "key": "less",
                    "product": self.sold[-1],
                    "price_total": -round(total * draw.choice([0.05, 0.333, 1.2]), 2),
                    "quantity": 1,
                    "is_downpayment": draw.random() < 0.3,
                }
            )
        return lines

    def _conventions(self, person, names):
        """Return what the till is given of a person, without ids of a database."""
        conventions = self._as_cashier(self.till).copay_person(person.id)["conventions"]
        for convention in conventions:
            convention["id"] = names("convention", convention["id"])
            convention["name"] = ""
            convention["services"] = [
                names("product", service) for service in sorted(convention["services"])
            ]
            for rule in convention["rules"]:
                for key in ("words", "month", "year"):
                    rule.pop(key)
                rule["id"] = names("rule", rule["id"])
                rule["product_id"] = names("product", rule["product_id"])
                rule["categ_id"] = names("category", rule["categ_id"])
                rule["room"] = [round(amount, 2) for amount in rule["room"]]
        return conventions

    def _sale(self, person, lines, names):
        """Return lines as the till has them, and what the server says of them."""
        result = self.env["conciergerie.copay"]._compute_shares(
            person, self.company, DAY, lines, site=self.site
        )
        payers = {}
        for line in result.values():
            for share in line["shares"]:
                key = names("convention", share["convention"].id)
                payers[key] = round(payers.get(key, 0.0) + share["amount"], 2)
        return {
            "lines": [
                {
                    "key": line["key"],
                    "price": line["price_total"],
                    "productId": names("product", line["product"].id),
                    "isService": line["product"].is_conciergerie_service,
                    "isMarket": line["product"].is_market,
                    "isDownPayment": line["is_downpayment"],
                    "categoryPath": self._category_path(line["product"], names),
                }
                for line in lines
            ],
            "shares": {
                key: round(sum(share["amount"] for share in line["shares"]), 2)
                for key, line in result.items()
            },
            "payers": [[key, payers[key]] for key in sorted(payers) if payers[key]],
        }

    def _category_path(self, product, names):
        path, category = [], product.categ_id
        while category:
            path.append(names("category", category.id))
            category = category.parent_id
        return path

    def _vectors(self):
        draw = random.Random(20261110)
        vectors = []
        for _world in range(20):
            known = {}

            def names(kind, identifier, known=known):
                """Number records as they come: their ids are those of a database."""
                if not identifier:
                    return False
                numbers = known.setdefault(kind, {})
                return numbers.setdefault(identifier, len(numbers) + 1)

            person = self._world(draw)
            vectors.append(
                {
                    "conventions": self._conventions(person, names),
                    "sales": [
                        self._sale(person, self._lines(draw), names) for _n in range(6)
                    ],
                }
            )
        return vectors

    def test_vectors(self):
        vectors = self._vectors()
        sales = [sale for vector in vectors for sale in vector["sales"]]
        self.assertGreater(len([sale for sale in sales if sale["payers"]]), 60)
        path = file_path(VECTORS)
        if os.environ.get("CONCIERGERIE_WRITE_VECTORS"):
            rows = ",\n".join(json.dumps(vector) for vector in vectors)
            with open(path, "w") as file:
                file.write(f"export const vectors = [\n{rows},\n];\n")
        with open(path) as file:
            text = file.read()
        found = json.loads(text[text.index("[") : text.rindex(",")] + "]")
        self.assertEqual(len(found), len(vectors))
        for number, (ours, theirs) in enumerate(zip(vectors, found, strict=True)):
            with self.subTest(number=number):
                self.assertEqual(ours, theirs)
