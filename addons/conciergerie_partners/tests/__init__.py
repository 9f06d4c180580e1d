from . import test_agreement
from . import test_commission
from . import test_history
from . import test_ledger
from . import test_ledger_faults
from . import test_performance
from . import test_statement
