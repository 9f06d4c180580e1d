from . import portal_drop_off, pos_page
