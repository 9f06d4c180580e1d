from . import portal_provider
from . import portal_agreement
from . import portal_request
from . import portal_statement
from . import portal_paper
from . import portal_referral
from . import portal_proposal
from . import portal_document
