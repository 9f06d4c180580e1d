from odoo.addons.conciergerie_base.tests.portal_common import PortalCase

from .common import ConventionsCommon


class PayerPortalCase(ConventionsCommon, PortalCase):
    """The portal users of an employer, of another one, of a commune."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._read_english()
        cls.employer.email = "factory@example.com"
        cls.factory_user = cls._new_portal_contact("factory", cls.employer)
