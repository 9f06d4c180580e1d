from . import base_partner_merge
from . import conciergerie_settlement_wizard
from . import sale_order_wizards
