from odoo.addons.conciergerie_base.tests.portal_common import PortalCase

from .settle_common import SettleCommon


class ProviderPortalCase(SettleCommon, PortalCase):
    """The portal users of two providers: the laundry's and the cobbler's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._read_english()
        cls.laundry.email = "laundry@example.com"
        cls.laundry_user = cls._new_portal_contact("laundry", cls.laundry)
        cls.cobbler_user = cls._new_portal_contact("cobbler", cls.cobbler)
