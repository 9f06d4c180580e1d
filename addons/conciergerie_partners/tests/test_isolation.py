import inspect

from odoo.tests import tagged
from odoo.tools import mute_logger

from .isolation_case import IsolationCase
from .isolation_tables import EXTENDED, OPENED, OWNED, ROUTES, STAFF_ONLY

OURS = "odoo.addons.conciergerie_"
REFUSED = (
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.UserError",
)


@tagged("post_install", "-at_install")
class TestIsolation(IsolationCase):
    """Case A20: a provider reaches nothing of another one, by any way.

    Generated from the registry and the routes: a new model, method or route of ours
    that is in no table above fails, until somebody has thought about it.
    """

    def test_tables_are_complete(self):
        covered = OWNED | STAFF_ONLY
        ours = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("conciergerie.")
            and not model._abstract
            # Addons that stand on this one test their own models.
            and model._original_module in ("conciergerie_base", "conciergerie_partners")
        }
        self.assertEqual(ours - covered, set(), "models to put into a table")
        with_methods = {
            name
            for name in self.env.registry
            if self._methods(name)
            and (name in ours or not name.startswith("conciergerie."))
        }
        self.assertEqual(with_methods - covered - EXTENDED, set())
        self.assertEqual(set(self.records), OWNED)
        for model, record in self.records.items():
            self.assertTrue(record, model)

    def _methods(self, name):
        """Return the public methods that our addons give a model: name → function."""
        model = self.env.registry[name]
        if model._abstract:
            return {}
        found = {}
        for attribute in dir(model):
            if attribute.startswith("_") or attribute == "init":
                continue
            of_ours = [
                c.__dict__[attribute]
                for c in model.__mro__
                if attribute in c.__dict__
                and str(getattr(c.__dict__[attribute], "__module__", "")).startswith(
                    OURS
                )
            ]
            if of_ours and inspect.isfunction(of_ours[0]):
                found[attribute] = of_ours[0]
        return found

    def test_owned_by_rpc(self):
        before = self._snapshot()
        self._login(self.laundry_user)
        for model, record in self.records.items():
            ids = record.ids
            field = "name" if "name" in record._fields else "display_name"
            calls = {
                "read": ([ids, [field]], {}),
                "web_read": ([ids], {"specification": {field: {}}}),
                "write": ([ids, {"create_uid": 1}], {}),
                "unlink": ([ids], {}),
                "copy": ([ids], {}),
                "get_metadata": ([ids], {}),
                "export_data": ([ids, ["id", field]], {}),
            }
            for method, (args, kwargs) in calls.items():
                with self.subTest(model=model, method=method):
                    result, error = self._call(model, method, *args, **kwargs)
                    self.assertIn(error, REFUSED, result)
            searches = {
                "search_read": ([[("id", "in", ids)], ["id"]], {}),
                "web_search_read": (
                    [],
                    {"domain": [["id", "in", ids]], "specification": {}},
                ),
                "search": ([[("id", "in", ids)]], {}),
                "search_count": ([[("id", "in", ids)]], {}),
                "name_search": ([], {"domain": [("id", "in", ids)]}),
                "formatted_read_group": (
                    [[("id", "in", ids)]],
                    {"groupby": ["create_uid"], "aggregates": []},
                ),
            }
            for method, (args, kwargs) in searches.items():
                with self.subTest(model=model, method=method):
                    result, error = self._call(model, method, *args, **kwargs)
                    if error:
                        self.assertIn(error, REFUSED)
                    elif isinstance(result, dict):
                        self.assertFalse(result["length"])
                    else:
                        self.assertFalse(result)
        self.assertEqual(self._snapshot(), before)

    def test_own_records_by_rpc_either(self):
        """Pages look for the provider's records; by RPC even its own are closed."""
        self._login(self.cobbler_user)
        for model in OWNED - {"account.move", "ir.attachment"}:
            with self.subTest(model=model):
                _result, error = self._call(
                    model, "read", self.records[model].ids, ["display_name"]
                )
                self.assertEqual(error, REFUSED[0])

    def test_staff_only_by_rpc(self):
        self._login(self.laundry_user)
        for model in sorted(STAFF_ONLY):
            ids = self.env[model].sudo().search([], limit=1).ids or [1]
            for method, args in {
                "search_read": [[], ["id"]],
                "search_count": [[]],
                "read": [ids, ["display_name"]],
                "write": [ids, {"create_uid": 1}],
                "unlink": [ids],
                "create": [[{}]],
                "name_search": [],
            }.items():
                with self.subTest(model=model, method=method):
                    result, error = self._call(model, method, *args)
                    self.assertEqual(error, REFUSED[0], result)

    def test_public_methods(self):
        """Each public method of ours, on the other provider's record."""
        before = self._snapshot()
        self._login(self.laundry_user)
        for model in sorted(OWNED | STAFF_ONLY | EXTENDED):
            record = self.records.get(model)
            if record is None:
                record = self.env[model].sudo().search([], limit=1)
            for method, function in self._methods(model).items():
                with self.subTest(model=model, method=method):
                    result, error = self._call(
                        model, method, *self._arguments(record, method, function)
                    )
                    if not error:
                        self._check_tells_nothing(result)
                    else:
                        self.assertIn(error, REFUSED)
        self.assertEqual(self._snapshot(), before)

    def _arguments(self, record, method, function):
        """Return what to call a public method with, on the other's record."""
        needed = [
            parameter
            for parameter in list(inspect.signature(function).parameters.values())[1:]
            if parameter.default is parameter.empty
            and parameter.kind == parameter.POSITIONAL_OR_KEYWORD
        ]
        if method == "create":
            return [[{}]]
        if method == "write":
            return [record.ids or [1], {"create_uid": 1}]
        if getattr(function, "_api_model", False):
            return [["display_name"] if method == "default_get" else "x"] * len(needed)
        return [record.ids or [1], *(["x"] * len(needed))]

    def _check_tells_nothing(self, result):
        """Let through what opens a screen by the id that was given, and no more."""
        if result:
            self.assertTrue(str(result.get("type")).startswith("ir.actions."), result)
        for marker in self.markers:
            self.assertNotIn(marker, repr(result))

    # ------------------------------------------------------------------
    # By address
    # ------------------------------------------------------------------

    def _our_rules(self):
        return {
            rule.rule: rule
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if rule.endpoint.__module__.startswith((OURS + "base", OURS + "partners"))
        }

    def test_routes_are_complete(self):
        self.assertEqual(set(self._our_rules()), set(ROUTES))

    def _address(self, rule):
        """Return the address of a route for the other provider's records."""
        path = ""
        for converter, argument in (
            (part[0], part[1]) for part in rule._trace if part[0] is not None
        ):
            if converter:
                path += str(self.path_values[argument])
            else:
                path += argument
        return path.lstrip("|")

    def _visit(self, rule):
        """Ask for a route in each way; return the answers."""
        path = self._address(rule)
        if rule.endpoint.routing["type"] == "jsonrpc":
            return [
                self.url_open(
                    path,
                    json={
                        "jsonrpc": "2.0",
                        "method": "call",
                        "params": {"name": "Ana", "signature": self.signature},
                    },
                )
            ]
        values = {
            "date": str(self._today()),
            "delay": "1",
            "kind": "other",
            "price": "1",
            "rate": "5",
            "reason": "x",
            "text": "x",
        }
        return [self.url_open(path), self._post(path, **values)]

    def test_addresses(self):
        before = self._snapshot()
        self._login(self.laundry_user)
        for name, rule in self._our_rules().items():
            with self.subTest(route=name), mute_logger("odoo.http"):
                for answer in self._visit(rule):
                    for marker in self.markers:
                        self.assertNotIn(marker, answer.text)
                    if ROUTES[name] == "record" and answer.status_code == 200:
                        self.assertIn("error", answer.json())
                    self.assertLess(answer.status_code, 500)
        self.assertEqual(self._snapshot(), before)

    def test_addresses_of_ones_own(self):
        """The same addresses open for the provider whose records they are."""
        self._login(self.cobbler_user)
        rules = self._our_rules()
        for name in OPENED:
            with self.subTest(route=name):
                self.assertEqual(
                    self.url_open(self._address(rules[name])).status_code, 200
                )

    def test_core_pages(self):
        """Core's own pages and files show nothing of the other provider."""
        self._login(self.laundry_user)
        move, attachment = self.records["account.move"], self.records["ir.attachment"]
        task = self.records["project.task"]
        for path in (
            f"/my/invoices/{move.id}",
            f"/my/invoices/{move.id}?report_type=pdf",
            f"/web/content/{attachment.id}",
            f"/web/content/agreement/{self.other.id}/signature",
            f"/report/pdf/conciergerie_partners.report_agreement/{self.other.id}",
            f"/report/html/conciergerie_partners.report_statement/"
            f"{self.records['conciergerie.statement'].id}",
            f"/my/tasks/{task.id}",
            f"/mail/view?model=project.task&res_id={task.id}",
            f"/mail/view?model=agreement&res_id={self.other.id}",
        ):
            with self.subTest(path=path), mute_logger("odoo.http"):
                text = self.url_open(path).text
                for marker in [*self.markers, move.name]:
                    self.assertNotIn(marker, text)
