from . import portal_provider
from . import portal_agreement
from . import portal_request
from . import portal_statement
