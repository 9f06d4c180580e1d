{
    "name": "Conciergerie: payouts by SEPA file",
    "summary": "The payment of providers as a SEPA credit transfer file",
    "version": "19.0.1.0.0",
    "category": "Services/Conciergerie",
    "author": "Conciergerie de territoire contributors",
    "license": "AGPL-3",
    "depends": ["conciergerie_partners", "account_payment_sepa_credit_transfer"],
    "data": [
        "security/conciergerie_partners_sepa_security.xml",
        "wizard/conciergerie_pay_run_views.xml",
    ],
    "auto_install": True,
}
