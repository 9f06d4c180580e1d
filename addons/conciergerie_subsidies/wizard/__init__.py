from . import conciergerie_subsidy_entry_wizard
from . import conciergerie_instalment_match_wizard
from . import conciergerie_volunteer_import_wizard
from . import conciergerie_award_wizard
from . import conciergerie_award_wizard_line
from . import conciergerie_de_minimis_statement
from . import conciergerie_allocation_dialog
from . import conciergerie_allocation_dialog_line
