import base64
import io
import re

from PIL import Image

from odoo import Command, http
from odoo.tests import HttpCase, new_test_user


def picture(size=(8, 8), kind="PNG"):
    """Return the bytes of a small picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, "white").save(stream, kind)
    return stream.getvalue()


class PortalCase(HttpCase):
    """What the tests of every portal share: logins, forms, a drawing."""

    signature = base64.b64encode(picture()).decode()

    @classmethod
    def _read_english(cls):
        """Pages are compared in the source language, whatever the database's."""
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")

    @classmethod
    def _new_portal_contact(cls, login, parent):
        """Create a contact of an organisation, with a login.

        :param parent: ``res.partner``, or nothing for somebody of no organisation
        """
        partner = cls.env["res.partner"].create(
            {
                "name": f"Person of the {login}",
                "parent_id": parent and parent.id,
                "email": f"{login}@example.com",
                "lang": "en_US",
            }
        )
        return cls._new_portal_user(login, partner)

    @classmethod
    def _new_portal_user(cls, login, partner):
        return new_test_user(
            cls.env,
            login=login,
            password=f"{login} {login}",
            name=partner.name,
            groups="base.group_portal",
            partner_id=partner.id,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def _login(self, user):
        self.authenticate(user.login, f"{user.login} {user.login}")

    def _post(self, path, files=None, **values):
        return self.url_open(
            path,
            data={"csrf_token": http.Request.csrf_token(self), **values},
            files=files,
        )

    def _sign_path(self, path):
        """Return the address that the page of a proposal signs at."""
        return re.search(rf"{path}/sign\?seen=\w+", self.url_open(path).text).group()

    def _rpc(self, path, **params):
        """Call a route of type jsonrpc and return its answer."""
        return self.url_open(
            path, json={"jsonrpc": "2.0", "method": "call", "params": params}
        ).json()
