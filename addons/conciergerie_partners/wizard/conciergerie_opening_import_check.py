from odoo import fields, models

from odoo.addons.conciergerie_base.models.res_partner_duplicate import normalize_words

from .opening_file import PROVIDER_FIELDS, read_amount, read_date


class ConciergerieOpeningImport(models.TransientModel):
    """What makes a row right or wrong; what the database knows is read beforehand."""

    _inherit = "conciergerie.opening.import"

    def _check_rows(self, table):
        """Return what each row would book, and what is wrong with it.

        The number of queries does not depend on the number of rows.

        :param table: ``OpeningFile``
        :return: list of dicts: ``line_number``, ``is_wrong``, ``given_name``,
            ``provider_id``, ``agreement_id``, ``date``, ``amount``, ``commission``
            (company currency, 0 where unreadable), ``label``, ``booked``, ``reason``
            (False where the row is right)
        """
        providers = self._load_providers()
        agreements = self._load_agreements()
        lock_date = self._lock_date()
        today = fields.Date.context_today(self)
        rows, seen = [], {}
        for number, cells, readable in table.rows:
            values = {
                **dict.fromkeys((*PROVIDER_FIELDS, "label"), ""),
                **table.values_of(cells),
            }
            problems = []
            if not readable or any(c.strip() for c in cells[len(table.headings) :]):
                problems.append(self.env._("The line cannot be read."))
            provider = self._find_provider(values, providers, problems)
            agreement = agreements.get(provider)
            if provider and not agreement:
                problems.append(
                    self.env._(
                        "%s has no running agreement under a mandate.", provider.name
                    )
                )
            date = self._check_date(values.get("date", ""), lock_date, today, problems)
            amount, commission = self._check_amounts(values, problems)
            row = {
                "line_number": number,
                "given_name": next(filter(None, map(values.get, PROVIDER_FIELDS)), ""),
                "provider_id": provider.id,
                "agreement_id": agreement and agreement.id,
                "date": date,
                "amount": amount,
                "commission": commission,
                "label": values["label"] or self.env._("Held before our books began"),
            }
            row["key"] = self._row_key(row)
            if provider and date and amount > 0:
                if row["key"] in seen:
                    problems.append(
                        self.env._(
                            "The same as line %s: give it another label if it is "
                            "another amount.",
                            seen[row["key"]],
                        )
                    )
                seen.setdefault(row["key"], number)
            row["reason"] = " ".join(problems) or False
            rows.append(row)
        self._mark_imported(rows)
        for row in rows:
            row["is_wrong"] = bool(row["reason"])
            row["booked"] = False if row["reason"] else self._say_booked(row)
        return rows

    def _row_key(self, row):
        """Return what tells a row from another, so that none is imported twice."""
        label = " ".join(normalize_words(row["label"]))
        return f"{row['provider_id']}/{row['date']}/{row['amount']:.2f}/{label}"

    def _say_booked(self, row):
        provider = self.env["res.partner"].browse(row["provider_id"])
        account = provider._third_party_account(self.company_id)
        return self.env._(
            "%(amount)s on %(account)s; then %(net)s to pay out",
            amount=self.currency_id.format(row["amount"]),
            account=account.code or self.env._("a new account"),
            net=self.currency_id.format(row["amount"] - row["commission"]),
        )

    def _mark_imported(self, rows):
        """Say of each row that an earlier import has booked already."""
        keys = [row["key"] for row in rows]
        known = {
            entry.import_key: entry
            for entry in self.env["conciergerie.due.entry"].search(
                [("company_id", "=", self.company_id.id), ("import_key", "in", keys)]
            )
        }
        for row in rows:
            entry = known.get(row["key"])
            if entry:
                text = self.env._("Imported already by %s.", entry.move_id.name)
                row["reason"] = " ".join(filter(None, (row["reason"], text)))

    # ------------------------------------------------------------------
    # Who
    # ------------------------------------------------------------------

    def _load_providers(self):
        """Return the providers by what names them: field to key to partners."""
        index = {name: {} for name in PROVIDER_FIELDS}
        columns = {"reference": "ref", "siret": "company_registry", "vat": "vat"}
        for partner in self.env["res.partner"].search_fetch(
            [
                ("is_provider", "=", True),
                ("parent_id", "=", False),
                ("company_id", "in", (self.company_id.id, False)),
            ],
            ["name", *columns.values()],
        ):
            for field, column in columns.items():
                key = self._identifier(partner[column])
                index[field].setdefault(key, self.env["res.partner"])
                index[field][key] |= partner
            key = (partner.name or "").strip().casefold()
            index["name"].setdefault(key, self.env["res.partner"])
            index["name"][key] |= partner
        return index

    def _identifier(self, text):
        return "".join(filter(str.isalnum, text or "")).casefold()

    def _find_provider(self, values, providers, problems):
        """Return the provider that the row names, by each of its columns the same."""
        found = self.env["res.partner"]
        given = False
        for field in PROVIDER_FIELDS:
            text = values[field]
            if not text:
                continue
            given = True
            key = text.strip().casefold() if field == "name" else self._identifier(text)
            matches = providers[field].get(key, found.browse())
            if not matches:
                problems.append(self.env._("No provider is known as “%s”.", text))
                return found.browse()
            if len(matches) > 1:
                problems.append(
                    self.env._(
                        "Several providers are known as “%s”: give the reference or "
                        "the SIRET.",
                        text,
                    )
                )
                return found.browse()
            if found and matches != found:
                problems.append(
                    self.env._(
                        "The columns name two providers: %(one)s and %(other)s.",
                        one=found.name,
                        other=matches.name,
                    )
                )
                return found.browse()
            found = matches
        if not given:
            problems.append(self.env._("The provider is missing."))
        return found

    def _load_agreements(self):
        """Return the running agreement under a mandate of each provider."""
        agreements = self.env["agreement"].search(
            [
                ("is_provider_agreement", "=", True),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "running"),
                ("term_ids.mode", "=", "mandate"),
            ],
            order="start_date, id",
        )
        return {agreement.commercial_partner_id: agreement for agreement in agreements}

    # ------------------------------------------------------------------
    # When and how much
    # ------------------------------------------------------------------

    def _lock_date(self):
        """Return the last day that is closed for the opening entry."""
        journal = self.company_id._get_statement_journal()
        return self.company_id.sudo()._get_user_fiscal_lock_date(journal)

    def _check_date(self, text, lock_date, today, problems):
        date = read_date(text) if text else None
        if not text:
            problems.append(self.env._("The date is missing."))
        elif not date:
            problems.append(
                self.env._("“%s” is no date: write it as 31/12/2025.", text)
            )
        elif date > today:
            problems.append(self.env._("The date is after today."))
        elif date <= lock_date:
            problems.append(
                self.env._(
                    "The books are closed until %s.", lock_date.strftime("%d/%m/%Y")
                )
            )
        return date

    def _check_amounts(self, values, problems):
        """Return what is held and the commission to take, 0 where unreadable."""
        amounts = []
        names = {
            "amount": self.env._("The amount held"),
            "commission": self.env._("The commission"),
        }
        digits = self.currency_id.decimal_places
        for field, name in names.items():
            text = values.get(field, "")
            amount = read_amount(text or ("0" if field == "commission" else ""))
            amounts.append(float(amount or 0))
            if amount is None:
                problems.append(
                    self.env._(
                        "%(what)s is no number: “%(text)s”.", what=name, text=text
                    )
                )
            elif amount < 0:
                problems.append(self.env._("%s is negative.", name))
            elif amount != round(amount, digits):
                problems.append(
                    self.env._(
                        "%(what)s has more than %(digits)s decimals.",
                        what=name,
                        digits=digits,
                    )
                )
            elif field == "amount" and not amount:
                problems.append(self.env._("The amount held is nought."))
        if not problems and amounts[1] > amounts[0]:
            problems.append(self.env._("The commission is above the amount held."))
        return amounts
