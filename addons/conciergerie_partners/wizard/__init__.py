from . import base_partner_merge
from . import conciergerie_charge_wizard
from . import conciergerie_direct_payment
from . import conciergerie_opening_import
from . import conciergerie_opening_import_check
from . import conciergerie_pay_run
from . import conciergerie_settlement_wizard
from . import sale_order_wizards
