"""Make a database small enough for git, once ledger.py or subsidies.py filled it.

Run by `odoo shell` after one of them, see README.md; no password and no secret is left.
"""

from pathlib import Path

from odoo.tools import config

cr = env.cr  # noqa: F821
# Only what an upgrade of our addons needs to find.
cr.execute(
    "DELETE FROM ir_attachment WHERE url LIKE '/web/assets/%%'"
    " OR res_model IN ('payment.method', 'payment.provider')"
)
cr.execute("DELETE FROM mail_mail")
cr.execute("UPDATE res_users SET password = NULL")
cr.execute(
    "UPDATE ir_config_parameter SET value = gen_random_uuid()"
    " WHERE key IN ('database.uuid', 'database.secret')"
)
cr.commit()
cr.execute("SELECT store_fname FROM ir_attachment WHERE store_fname IS NOT NULL")
wanted = {name for (name,) in cr.fetchall()}
store = Path(config.filestore(cr.dbname))
for path in store.glob("??/*"):
    if str(path.relative_to(store)) not in wanted:
        path.unlink()
