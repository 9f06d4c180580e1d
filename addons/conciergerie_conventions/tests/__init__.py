from . import test_agreed
from . import test_convention
from . import test_copay_statement
from . import test_summary
from . import test_portal_convention
from . import test_portal_people
from . import test_join
from . import test_copay_engine, test_copay_ceiling, test_copay_invoice
from . import test_fee
from . import test_membership_account
from . import test_membership
from . import test_membership_prices
from . import test_membership_access
from . import test_indicator
from . import test_isolation
from . import test_fee_life
from . import test_fee_price
from . import test_public_customer
from . import test_fee_year
from . import test_fee_performance
from . import (
    test_copay_order,
    test_copay_rights,
)
from . import test_payer_tour
from . import test_entitled_import
from . import test_entitled_ways
from . import test_lead_convention
from . import test_lead_convention_tour
from . import test_convention_result
from . import test_overlap
from . import test_copay_faults
from . import test_screens
