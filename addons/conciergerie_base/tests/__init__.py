from . import test_beneficiary_tour
from . import test_keys
from . import test_main_job
from . import test_partner_duplicates
from . import test_report_paper
from . import test_shift
