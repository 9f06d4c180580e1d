import re
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields, http
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .test_transitions import TransitionCase

SCRIPT = "<script>alert(1)</script>"


class PortalCase(TransitionCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portal_user = cls._new_portal_user("camille", cls.beneficiary)
        cls.neighbour = cls._new_portal_user(
            "odile", cls.env["res.partner"].create({"name": "Odile Faure"})
        )

    @classmethod
    def _new_portal_user(cls, login, partner):
        return new_test_user(
            cls.env,
            login=login,
            password=f"{login} {login}",
            groups="base.group_portal",
            partner_id=partner.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _login(self, user):
        self.authenticate(user.login, f"{user.login} {user.login}")

    def _path(self, task):
        return f"/suivi/{task.sudo().tracking_token}"

    def _post(self, path, **values):
        return self.url_open(
            path, data={"csrf_token": http.Request.csrf_token(self), **values}
        )

    def _body(self, response):
        """Return the page without what differs from one visit to the next."""
        text = re.sub(r"csrf_token[^,]*", "", response.text)
        text = re.sub(r'value="[0-9a-f]{40,}o\d*"', "", text)
        return re.sub(r"/suivi/[^\"'& ]*", "", text)


@tagged("post_install", "-at_install")
class TestTracking(PortalCase):
    """The page that a link opens, without login."""

    def test_each_step(self):
        for step, text in {
            "todo": "Ready on",
            "provider": "With the provider",
            "ready": "you can come and collect it",
            "problem": "There is a question about your request",
            "handed_over": "How was it?",
            "cancelled": "This request was cancelled",
        }.items():
            task = self._request_at(self.ironing, step)
            task.sudo().description = "Internal: she pays late"
            response = self.url_open(self._path(task))
            with self.subTest(step=step):
                self.assertEqual(response.status_code, 200)
                self.assertIn(text, response.text)
                self.assertIn(task.reference, response.text)
                self.assertIn(task.piece_ids[0].label, response.text)
                self.assertNotIn("she pays late", response.text)
                self.assertNotIn("A stain", response.text, "the reason is ours")
                self.assertNotIn(self.laundry.name, response.text)
                self.assertEqual("How was it?" in response.text, step == "handed_over")

    def test_own_and_free_service(self):
        task = self._request_at(self.paperwork, "todo")
        response = self.url_open(self._path(task))
        self.assertIn("Free of charge", response.text)
        self.assertNotIn("With the provider", response.text)

    def test_language_of_the_beneficiary(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env["ir.module.module"].search(
            [("name", "=", "conciergerie_base")]
        )._update_translations(["fr_FR"])
        self.beneficiary.lang = "fr_FR"
        self.ironing.with_context(lang="fr_FR").name = "Repassage"
        task = self._request_at(self.ironing, "todo")
        response = self.url_open(self._path(task))
        self.assertIn("Repassage", response.text)
        weekday = "lundi mardi mercredi jeudi vendredi samedi dimanche".split()[
            task.promised_date.weekday()
        ]
        self.assertIn(f"{weekday} {task.promised_date.day} ", response.text)
        # The words of the page as well, whatever the browser speaks.
        self.assertNotIn("Where and when", response.text)
        self.assertIn("Où et quand", response.text)

    def test_headers(self):
        task = self._request_at(self.ironing, "todo")
        for path in (self._path(task), "/suivi/unknown"):
            headers = self.url_open(path).headers
            self.assertIn("no-store", headers["Cache-Control"])
            self.assertEqual(headers["Referrer-Policy"], "no-referrer")
            self.assertIn("noindex", headers["X-Robots-Tag"])

    def test_dead_links_get_one_answer(self):
        """Unknown, altered, expired and revoked links cannot be told apart."""
        task = self._request_at(self.ironing, "todo")
        token = task.sudo().tracking_token
        closed = self._request_at(self.copies, "handed_over")
        closed.sudo().closed_date = fields.Datetime.now() - timedelta(days=61)
        task.action_renew_tracking_link()
        renewed = task.sudo().tracking_token
        self.assertNotEqual(renewed, token)
        plain = self.env["project.task"].create({"name": "No request"})
        plain.sudo().tracking_token = "A" * 32
        paths = {
            "unknown": "/suivi/" + "x" * 32,
            "short": "/suivi/x",
            "altered": f"/suivi/{renewed[:-1]}{'A' if renewed[-1] != 'A' else 'B'}",
            "case": f"/suivi/{renewed.swapcase()}",
            "cut": f"/suivi/{renewed[:20]}",
            "wildcard": "/suivi/%25",
            "null byte": f"/suivi/{renewed}%00",
            "space": f"/suivi/%20{renewed}",
            "false": "/suivi/False",
            "revoked": f"/suivi/{token}",
            "expired": self._path(closed),
            "no request": "/suivi/" + "A" * 32,
        }
        bodies = {}
        for name, path in paths.items():
            with self.subTest(link=name):
                response = self.url_open(path)
                self.assertEqual(response.status_code, 404)
                self.assertNotIn(task.reference, response.text)
                self.assertNotIn(closed.reference, response.text)
                self.assertNotIn(self.beneficiary.name, response.text)
                bodies[name] = self._body(response)
        self.assertEqual(len(set(bodies.values())), 1)
        self.assertEqual(self.url_open(self._path(task)).status_code, 200)
        # Neither can it be rated.
        self.authenticate(None, None)
        response = self._post(f"{self._path(closed)}/rate", rate="5")
        self.assertEqual(response.status_code, 404)
        self.assertFalse(closed.sudo().rating_ids)

    def test_sixty_days_after_closing(self):
        model = self.env["project.task"]
        for step in ("handed_over", "cancelled"):
            with freeze_time("2027-01-31 10:00:00"):
                task = self._request_at(self.copies, step)
            token = task.sudo().tracking_token
            for when, found in (
                ("2027-02-01 10:00:00", True),
                ("2027-04-01 10:00:00", True),
                ("2027-04-01 10:00:01", False),
                ("2030-01-01 10:00:00", False),
            ):
                with freeze_time(when), self.subTest(step=step, when=when):
                    self.assertEqual(
                        model._get_by_tracking_token(token), task if found else model
                    )
        with freeze_time("2027-01-31 10:00:00"):
            task = self._request_at(self.copies, "ready")
        with freeze_time("2029-01-31 10:00:00"):
            self.assertTrue(
                model._get_by_tracking_token(task.sudo().tracking_token),
                "an open request is followed as long as it takes",
            )

    def test_parameters_change_nothing(self):
        task = self._request_at(self.ironing, "handed_over")
        path = self._path(task)
        for query in (
            "page_name=request",
            "rate_url=https://example.com",
            "task_sudo=1",
            "token=x",
            "rated=%3Cscript%3E",
            "error=<b>",
        ):
            with self.subTest(query=query):
                response = self.url_open(f"{path}?{query}")
                self.assertEqual(response.status_code, 200)
                self.assertIn(task.reference, response.text)
                self.assertNotIn("https://example.com", response.text)

    def test_text_is_escaped(self):
        self.beneficiary.name = f"Camille {SCRIPT}"
        self.ironing.name = f"Ironing {SCRIPT}"
        self.site.name = f"Val {SCRIPT}"
        task = self._request_at(self.ironing, "ready")
        task.piece_ids[0].description = SCRIPT
        task._hand_over(task.piece_ids)
        self.authenticate(None, None)
        response = self._post(
            f"{self._path(task)}/rate",
            rate="5",
            feedback=f"Good </textarea>{SCRIPT}",
        )
        self.assertEqual(response.status_code, 200)
        self.assertIn("Thank you", response.text)
        self.assertIn("&lt;script&gt;", response.text)
        self.assertNotIn(SCRIPT, response.text)
        self.assertNotIn(SCRIPT, " ".join(task.sudo().message_ids.mapped("body")))

    def test_rating(self):
        task = self._request_at(self.ironing, "ready")
        path = f"{self._path(task)}/rate"
        self.authenticate(None, None)
        self._post(path, rate="5")
        self.assertFalse(task.sudo().rating_ids.filtered("consumed"), "not yet")
        task._hand_over(task.piece_ids)
        for wrong in ("", "0", "2", "-1", "5.0", "abc", "²", "9" * 30):
            with self.subTest(rate=wrong):
                response = self._post(path, rate=wrong)
                self.assertEqual(response.status_code, 200)
                self.assertIn("Choose one of the three faces", response.text)
        self.assertFalse(task.sudo().rating_ids.filtered("consumed"))
        self._post(path, rate="5", feedback="  Perfect  ")
        rating = task.sudo().rating_ids
        self.assertEqual((rating.rating, rating.feedback), (5, "Perfect"))
        self.assertEqual(rating.partner_id, self.beneficiary)
        self._post(path, rate="1", feedback="On second thoughts " * 500)
        rating = task.sudo().rating_ids
        self.assertEqual(len(rating), 1, "the second answer replaces the first")
        self.assertEqual(rating.rating, 1)
        self.assertLessEqual(len(rating.feedback), 2000)

    @mute_logger("odoo.http")
    def test_rating_needs_the_form(self):
        """A page elsewhere cannot send a rating: the form's own token is missing."""
        task = self._request_at(self.copies, "handed_over")
        response = self.url_open(f"{self._path(task)}/rate", data={"rate": "1"})
        self.assertEqual(response.status_code, 400)
        self.assertFalse(task.sudo().rating_ids.filtered("consumed"))


@tagged("post_install", "-at_install")
class TestNoCoreToken(PortalCase):
    """Core's own link to a task never opens a request."""

    def test_never_a_token(self):
        task = self._request_at(self.ironing, "ready")
        self.assertFalse(task.sudo().access_token)
        task.message_post(
            body="Your shirts are beautiful",
            partner_ids=self.beneficiary.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )
        share = (
            self.env["portal.share"]
            .with_context(active_model="project.task", active_id=task.id)
            .create(
                {
                    "res_model": "project.task",
                    "res_id": task.id,
                    "partner_ids": [Command.set(self.beneficiary.ids)],
                }
            )
        )
        self.assertIn("/suivi/", share.share_link)
        share.action_send_mail()
        self.assertFalse(task.sudo().access_token)
        self.assertEqual(task._portal_ensure_token(), "")
        mails = self.env["mail.mail"].search(
            [("model", "=", "project.task"), ("res_id", "=", task.id)]
        )
        self.assertGreater(len(mails), 2)
        for mail in mails:
            self.assertNotIn("access_token=", mail.body_html or "")
        self.assertTrue(any("/suivi/" in (m.body_html or "") for m in mails))

    def test_core_pages_are_closed(self):
        task = self._request_at(self.ironing, "ready")
        # Even if something had written a token.
        self.env.cr.execute(
            "UPDATE project_task SET access_token = 'core-token' WHERE id = %s",
            [task.id],
        )
        task.invalidate_recordset()
        task.sudo().message_subscribe(self.neighbour.partner_id.ids)
        project = task.project_id
        project.sudo().message_subscribe(self.neighbour.partner_id.ids)
        for user in (None, self.neighbour):
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            for path in (
                f"/my/tasks/{task.id}?access_token=core-token",
                f"/my/tasks/{task.id}",
                f"/my/projects/{project.id}/task/{task.id}?access_token=core-token",
                f"/my/projects/{project.id}/task/{task.id}",
                f"/my/projects/{project.id}/task/{task.id}/subtasks",
                f"/my/projects/{project.id}",
                f"/my/projects/{project.id}/project_sharing",
                "/my/tasks",
                "/my/projects",
            ):
                with self.subTest(user=user and user.login, path=path):
                    with mute_logger("odoo.http", "odoo.addons.base.models.ir_rule"):
                        response = self.url_open(path)
                    for text in (task.reference, self.beneficiary.name, "Ironing"):
                        self.assertNotIn(text, response.text)

    def test_discussion_is_closed(self):
        """The thread of a request opens with no token of core's."""
        task = self._request_at(self.ironing, "ready")
        task.message_post(body="Internal remark", message_type="comment")
        for user in (None, self.neighbour, self.portal_user):
            if user:
                self._login(user)
            else:
                self.authenticate(None, None)
            params = {
                "thread_model": "project.task",
                "thread_id": task.id,
                "token": task.sudo().tracking_token,
            }
            for route in ("/mail/thread/messages", "/mail/chatter_fetch"):
                with self.subTest(user=user and user.login, route=route):
                    with mute_logger("odoo.http"):
                        response = self.url_open(
                            route,
                            json={"jsonrpc": "2.0", "method": "call", "params": params},
                        )
                    self.assertNotIn("Internal remark", response.text)


@tagged("post_install", "-at_install")
class TestOwnRequests(PortalCase):
    """The beneficiary's list, with a login."""

    def test_list_shows_own_only(self):
        mine = self._request_at(self.ironing, "ready")
        other = self._new_request(self.copies, partner_id=self.neighbour.partner_id.id)
        self._login(self.portal_user)
        response = self.url_open("/my/requests")
        self.assertEqual(response.text.count(mine.reference), 1, "not in a crumb too")
        self.assertNotIn(other.reference, response.text)
        self.assertEqual(self.url_open(f"/my/requests/{mine.id}").status_code, 200)
        unknown = self.url_open(f"/my/requests/{2**31 - 1}")
        refused = self.url_open(f"/my/requests/{other.id}")
        self.assertEqual((unknown.status_code, refused.status_code), (404, 404))
        self.assertNotIn(other.reference, refused.text)
        response = self._post(f"/my/requests/{other.id}/rate", rate="1")
        self.assertEqual(response.status_code, 404)
        for page in ("/my/requests/page/2", "/my/requests/page/999", "/my"):
            self.assertEqual(self.url_open(page).status_code, 200)

    def test_needs_a_login(self):
        mine = self._request_at(self.ironing, "ready")
        self.authenticate(None, None)
        for path in ("/my/requests", f"/my/requests/{mine.id}"):
            response = self.url_open(path, allow_redirects=False)
            self.assertIn(response.status_code, (302, 303))
            self.assertIn("/web/login", response.headers["Location"])

    def test_rating_with_login(self):
        mine = self._request_at(self.copies, "handed_over")
        self._login(self.portal_user)
        response = self._post(f"/my/requests/{mine.id}/rate", rate="3")
        self.assertEqual(response.status_code, 200)
        self.assertEqual(mine.sudo().rating_ids.rating, 3)
        # By the link as well: still one answer of one person.
        self._post(f"{self._path(mine)}/rate", rate="5")
        self.assertEqual(mine.sudo().rating_ids.mapped("rating"), [5])

    def test_no_beneficiary(self):
        """A request without beneficiary belongs to nobody who logs in."""
        task = self._request_at(self.copies, "ready")
        task.partner_id = False
        self._login(self.portal_user)
        self.assertEqual(self.url_open(f"/my/requests/{task.id}").status_code, 404)
