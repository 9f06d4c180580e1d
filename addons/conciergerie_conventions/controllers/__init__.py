from . import portal_contract
from . import portal_payer
from . import portal_people
from . import portal_join
from . import portal_people_import
