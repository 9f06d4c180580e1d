import base64
import io

from PIL import Image

from odoo import Command, http
from odoo.tests import HttpCase, new_test_user

from .settle_common import SettleCommon


def picture(size=(8, 8), kind="PNG"):
    """Return the bytes of a small picture."""
    stream = io.BytesIO()
    Image.new("RGB", size, "white").save(stream, kind)
    return stream.getvalue()


class ProviderPortalCase(SettleCommon, HttpCase):
    """The portal users of two providers: the laundry's and the cobbler's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Pages are compared in the source language, whatever the database's.
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.laundry.email = "laundry@example.com"
        cls.laundry_user = cls._new_provider_user("laundry", cls.laundry)
        cls.cobbler_user = cls._new_provider_user("cobbler", cls.cobbler)
        cls.signature = base64.b64encode(picture()).decode()

    @classmethod
    def _new_provider_user(cls, login, provider):
        """Create a person of a provider, with a login."""
        partner = cls.env["res.partner"].create(
            {
                "name": f"Person of the {login}",
                "parent_id": provider.id,
                "email": f"{login}@example.com",
                "lang": "en_US",
            }
        )
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

    def _rpc(self, path, **params):
        """Call a route of type jsonrpc and return its answer."""
        return self.url_open(
            path, json={"jsonrpc": "2.0", "method": "call", "params": params}
        ).json()
