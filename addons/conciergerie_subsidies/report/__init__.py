from . import claim_xlsx
