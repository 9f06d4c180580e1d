from odoo import Command, models
from odoo.tools import email_normalize
from odoo.tools.mail import single_email_re

from ..models.res_partner_duplicate import normalize_phone, normalize_words

SAINT = {"st": "saint", "ste": "sainte"}


def commune_key(name):
    """Return a name of commune as one writes it or another: St-Genis = saint genis."""
    return " ".join(SAINT.get(word, word) for word in normalize_words(name))


class ConciergerieBeneficiaryImport(models.TransientModel):
    """What makes a row good or bad; all that the database knows is read beforehand."""

    _inherit = "conciergerie.beneficiary.import"

    def _check_rows(self, people):
        """Tell good rows from bad ones.

        The number of queries does not depend on the number of rows.

        :param PeopleFile people: the file
        :return: ``(good, problems)``: good is a list of ``(line number, values of
            the contact)``, problems a list of values of lines of the wizard
        """
        known = self._load_communes(), self._load_employers(people)
        checked, problems = [], []
        for number, cells, readable in people.rows:
            row_problems = []
            values = people.values_of(cells)
            if not readable or any(c.strip() for c in cells[len(people.headings) :]):
                row_problems.append(("", "", self._reason("unreadable")))
                vals = {}
            else:
                vals = self._check_row(values, row_problems, *known)
            name = vals.get("name") or " ".join(filter(None, cells[:2]))
            for fname, value, reason in row_problems:
                problems.append(
                    {
                        "line_number": number,
                        "kind": "bad",
                        "name": name,
                        "column": people.heading_of(fname),
                        "value": value,
                        "reason": reason,
                    }
                )
            if not row_problems:
                checked.append((number, vals))
        good = self._leave_out_duplicates(people, checked, problems)
        problems.sort(key=lambda problem: problem["line_number"])
        return good, problems

    def _check_row(self, values, problems, communes, employers):
        """Return the values of the contact; append what is wrong to ``problems``."""
        name = " ".join(filter(None, (values.get("firstname"), values["name"])))
        if not values["name"]:
            problems.append(("name", "", self._reason("no_name")))
        phone = self._read_phone(values.get("phone"))
        if phone is None:
            problems.append(("phone", values["phone"], self._reason("phone")))
        email = values.get("email", "")
        if email and not (single_email_re.match(email) and email_normalize(email)):
            problems.append(("email", email, self._reason("email")))
        zip_code = values.get("zip", "")
        if zip_code.isdigit():
            zip_code = zip_code.zfill(5)
        commune = self._read_commune(values, zip_code, communes, problems)
        employer = values.get("employer", "")
        employer_id = False
        if employer:
            ids = employers.get(self.env["res.partner"]._get_name_key(employer), ())
            if len(ids) == 1:
                employer_id = ids[0]
            else:
                reason = "many_employers" if ids else "no_employer"
                problems.append(("employer", employer, self._reason(reason)))
        return {
            "name": name,
            "phone": phone,
            "email": email,
            "street": values.get("street"),
            "street2": values.get("street2"),
            "zip": zip_code or (commune and commune["zip"]),
            "city": commune["name"] if commune else values.get("commune"),
            "commune_id": commune and commune["id"],
            "employer_id": employer_id,
            "comment": values.get("comment"),
        }

    def _read_phone(self, text):
        """Return the number as core writes it, "" if there is none, None if wrong."""
        if not text:
            return ""
        if text.isdigit() and len(text) == 9 and text[0] != "0":
            text = f"0{text}"  # a spreadsheet has eaten the zero
        partner = self.env["res.partner"]
        number = partner._phone_format(number=text, force_format="INTERNATIONAL")
        if number:
            return number
        digits = normalize_phone(text)
        # Numbers that exist but that core's library does not know.
        if set(text) <= set("0123456789+(). -/\u00a0\u202f") and (
            (digits.startswith("33") and len(digits) == 11)
            or (text.startswith(("+", "00")) and 8 <= len(digits) <= 15)
        ):
            return text
        return None

    def _load_communes(self):
        communes = self.env["conciergerie.commune"].search_read(
            [], ["name", "insee_code", "zip"]
        )
        index = {"insee": {}, "name": {}, "zip": {}}
        for commune in communes:
            index["insee"][commune["insee_code"].upper()] = commune
            index["name"].setdefault(commune_key(commune["name"]), []).append(commune)
            index["zip"].setdefault(commune["zip"], []).append(commune)
        return index

    def _read_commune(self, values, zip_code, communes, problems):
        """Find the commune by INSEE code, else by name (and postcode), or postcode."""
        insee = values.get("insee_code", "").upper()
        name = values.get("commune", "")
        if insee:
            commune = communes["insee"].get(insee.zfill(5))
            if not commune:
                problems.append(("insee_code", insee, self._reason("no_insee")))
            return commune
        if not name:
            of_zip = communes["zip"].get(zip_code, ()) if zip_code else ()
            return of_zip[0] if len(of_zip) == 1 else None
        found = communes["name"].get(commune_key(name), [])
        if zip_code and len(found) > 1:
            found = [c for c in found if c["zip"] == zip_code] or found
        if zip_code:  # a commune may have several postcodes, but one department
            found = [c for c in found if (c["zip"] or zip_code)[:2] == zip_code[:2]]
        if len(found) == 1:
            return found[0]
        reason = "many_communes" if found else "no_commune"
        problems.append(("commune", name, self._reason(reason)))
        return None

    def _load_employers(self, people):
        """Return ``{name key: ids}`` of the companies that the file names."""
        if "employer" not in people.fields:
            return {}
        partner = self.env["res.partner"]
        names = {
            partner._get_name_key(people.values_of(cells)["employer"])
            for _number, cells, _readable in people.rows
        }
        employers = {}
        for company in partner.search_fetch(
            [
                ("is_company", "=", True),
                ("name_key", "in", list(filter(None, names))),
                ("company_id", "in", (self.company_id.id, False)),
            ],
            ["name_key"],
        ):
            employers.setdefault(company.name_key, []).append(company.id)
        return employers

    def _leave_out_duplicates(self, people, checked, problems):
        """Return the rows whose person is neither known nor on an earlier row."""
        partner = self.env["res.partner"]
        keys_list = [partner._prepare_duplicate_keys(vals) for _n, vals in checked]
        found = partner._find_duplicates(keys_list)
        seen, good = {}, []
        for (number, vals), keys, candidates in zip(
            checked, keys_list, found, strict=True
        ):
            problem = self._known_problem(keys, candidates)
            marks = self._marks_of(keys)
            earlier = next((mark for mark in marks if mark in seen), None)
            if not problem and earlier:
                problem = {
                    "kind": "bad",
                    "reason": self.env._(
                        "The same person is on line %(line)s (%(reason)s).",
                        line=seen[earlier],
                        reason=partner._describe_duplicate([earlier[0]]),
                    ),
                    "fname": earlier[0],
                }
            if problem:
                fname = problem.pop("fname")
                column = "name" if fname == "name_only" else fname
                problems.append(
                    {
                        "line_number": number,
                        "name": vals["name"],
                        "column": people.heading_of(column),
                        "value": vals[column],
                        **problem,
                    }
                )
                continue
            for mark in marks:
                seen.setdefault(mark, number)
            good.append((number, vals))
        return good

    def _marks_of(self, keys):
        """Return what two rows of one person have in common."""
        marks = []
        for fname in ("phone", "email"):
            if keys[fname]:
                name = keys["name"] if self.is_household_accepted else ""
                marks.append((fname, keys[fname], name))
        if keys["name"] and (keys["commune"] or not marks):
            reason = "name" if keys["commune"] else "name_only"
            marks.append((reason, keys["name"], keys["commune"]))
        return marks

    def _known_problem(self, keys, candidates):
        """Return the problem of a person who is already known, or None."""
        partner = self.env["res.partner"]
        nothing_else = not (keys["phone"] or keys["email"] or keys["commune"])
        for candidate, reasons in candidates:
            named = {"name", "name_only"} & set(reasons)
            if self.is_household_accepted and not named:
                continue
            strong = [r for r in reasons if r != "name_only" or nothing_else]
            if strong:
                return {
                    "kind": "known",
                    "reason": self.env._(
                        "Already known: %(name)s (%(reason)s).",
                        name=candidate.display_name,
                        reason=partner._describe_duplicate(strong),
                    ),
                    "fname": strong[0],
                }
        return None

    def _prepare_partner_vals_list(self, vals_list):
        """Return the values of new contacts from those of checked rows."""
        audience = self.env["conciergerie.audience"]
        inhabitant, employee = audience._get("inhabitant"), audience._get("employee")
        common = {"company_id": self.company_id.id, "lang": self._get_lang()}
        return [
            {
                **{fname: value or False for fname, value in vals.items()},
                **common,
                "audience_ids": [
                    Command.set(
                        (
                            inhabitant | employee if vals["employer_id"] else inhabitant
                        ).ids
                    )
                ],
            }
            for vals in vals_list
        ]
