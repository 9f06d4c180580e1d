import inspect
import threading

from odoo.tools import mute_logger

OURS = "odoo.addons.conciergerie_"
REFUSED = (
    "odoo.exceptions.AccessError",
    "odoo.exceptions.MissingError",
    "odoo.exceptions.UserError",
)


class IsolationMixin:
    """A portal user reaches nothing of another party's, by any way.

    Generated from the registry and the routes: a new model, method or route that is in
    no table fails, until somebody has thought about it. A test case that inherits it
    sets the tables and, in ``setUpClass``, the records of the other party.

    :cvar tuple addons: ends of our addons' names that the tables cover
    :cvar set owned: models of which a party has records
    :cvar set staff_only: models on which no portal user has any right
    :cvar set extended: core's models with public methods of ours besides
    :cvar dict routes: our routes; “own”: must show nothing of the other party,
        “record”: the address names a record
    :cvar set opened: routes that the owner opens: else a refusal proves nothing
    :cvar dict records: model → a record of the other party, with elevated rights
    :cvar list markers: texts that only the other party may read
    :cvar dict path_values: values of the arguments of the routes
    :cvar intruder: portal user who tries
    :cvar owner: portal user of the other party
    """

    addons = ()
    owned = staff_only = extended = opened = frozenset()
    routes = {}
    own_by_rpc = frozenset({"account.move", "ir.attachment", "res.partner"})
    post_values = {}
    rpc_values = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The routes are read outside of a request.
        threading.current_thread().dbname = cls.env.cr.dbname

    # ------------------------------------------------------------------
    # Tables
    # ------------------------------------------------------------------

    def _modules(self):
        return tuple(f"conciergerie_{addon}" for addon in self.addons)

    def _paths(self):
        return tuple(f"odoo.addons.{module}." for module in self._modules())

    def _methods(self, name):
        """Return the public methods that the addons give a model: name → function."""
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
                    self._paths()
                )
            ]
            if of_ours and inspect.isfunction(of_ours[0]):
                found[attribute] = of_ours[0]
        return found

    def test_tables_are_complete(self):
        covered = self.owned | self.staff_only
        ours = {
            name
            for name, model in self.env.registry.items()
            if name.startswith("conciergerie.")
            and not model._abstract
            # Addons that stand on these test their own models.
            and model._original_module in self._modules()
        }
        self.assertEqual(ours - covered, set(), "models to put into a table")
        with_methods = {
            name
            for name in self.env.registry
            if self._methods(name)
            and (name in ours or not name.startswith("conciergerie."))
        }
        self.assertEqual(with_methods - covered - self.extended, set())
        self.assertEqual(set(self.records), self.owned)
        for model, record in self.records.items():
            self.assertTrue(record, model)

    # ------------------------------------------------------------------
    # By RPC and by search
    # ------------------------------------------------------------------

    def _call(self, model, method, *args, **kwargs):
        """Call a method as the web client does; return its result and its error.

        An error for the user counts as a refusal where it names nothing.
        """
        with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
            answer = self._rpc(
                f"/web/dataset/call_kw/{model}/{method}",
                model=model,
                method=method,
                args=list(args),
                kwargs=kwargs,
            )
        error = answer.get("error")
        if error:
            for marker in self.markers:
                self.assertNotIn(marker, error["data"]["message"])
        return answer.get("result"), error and error["data"]["name"]

    def _snapshot(self):
        """Return what the other party's records hold."""
        self.env.invalidate_all()
        state = {}
        for model, record in self.records.items():
            stored = [n for n, f in record._fields.items() if f.store and f.column_type]
            state[model] = record.sudo().read(stored) if record.exists() else None
        state["count"] = {
            model: self.env[model].sudo().search_count([]) for model in self.records
        }
        return state

    def test_owned_by_rpc(self):
        before = self._snapshot()
        self._login(self.intruder)
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
            self._search_finds_nothing(model, ids)
        self.assertEqual(self._snapshot(), before)

    def _search_finds_nothing(self, model, ids):
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

    def test_own_records_by_rpc_either(self):
        """Pages look for the party's records; by RPC even its own are closed."""
        self._login(self.owner)
        for model in self.owned - self.own_by_rpc:
            with self.subTest(model=model):
                _result, error = self._call(
                    model, "read", self.records[model].ids, ["display_name"]
                )
                self.assertEqual(error, REFUSED[0])

    def test_staff_only_by_rpc(self):
        self._login(self.intruder)
        for model in sorted(self.staff_only):
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
        """Each public method of ours, on the other party's record."""
        before = self._snapshot()
        self._login(self.intruder)
        for model in sorted(self.owned | self.staff_only | self.extended):
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
            if rule.endpoint.__module__.startswith(self._paths())
        }

    def test_routes_are_complete(self):
        self.assertEqual(set(self._our_rules()), set(self.routes))

    def _address(self, rule):
        """Return the address of a route for the other party's records."""
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
                        "params": self.rpc_values,
                    },
                )
            ]
        return [self.url_open(path), self._post(path, **self.post_values)]

    def _addresses_show_nothing(self):
        for name, rule in self._our_rules().items():
            with self.subTest(route=name), mute_logger("odoo.http"):
                for answer in self._visit(rule):
                    for marker in self.markers:
                        self.assertNotIn(marker, answer.text)
                    if self.routes[name] == "record" and answer.status_code == 200:
                        self.assertIn("error", answer.json())
                    self.assertLess(answer.status_code, 500)

    def test_addresses(self):
        before = self._snapshot()
        self._login(self.intruder)
        self._addresses_show_nothing()
        self.assertEqual(self._snapshot(), before)

    def test_addresses_of_ones_own(self):
        """The same addresses open for the party whose records they are."""
        self._login(self.owner)
        rules = self._our_rules()
        for name in self.opened:
            with self.subTest(route=name):
                self.assertEqual(
                    self.url_open(self._address(rules[name])).status_code, 200
                )

    def _core_pages_show_nothing(self, paths, markers=()):
        """Core's own pages and files show nothing of the other party."""
        for path in paths:
            with self.subTest(path=path), mute_logger("odoo.http"):
                text = self.url_open(path).text
                for marker in [*self.markers, *markers]:
                    self.assertNotIn(marker, text)
