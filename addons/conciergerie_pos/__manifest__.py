{
    "name": "Conciergerie: the counter",
    "summary": "Drop-off, hand-over, third-party money and co-pay in the POS",
    "version": "19.0.1.0.0",
    "category": "Services/Conciergerie",
    "author": "Conciergerie de territoire contributors",
    "license": "AGPL-3",
    "depends": [
        "conciergerie_partners",
        "conciergerie_conventions",
        # settles orders at the till
        "pos_sale",
        # comes with project and sales; its hours make no sense for a hand-over
        "sale_timesheet",
        # seals paid tickets, closings and archives of French tills
        "l10n_fr_pos_cert",
    ],
    "data": [
        "security/till_security.xml",
        "security/conciergerie_pos_security.xml",
        "security/conciergerie_drop_off_security.xml",
        "security/ir.model.access.csv",
        "report/report_pos_seal.xml",
        "views/conciergerie_pos_seal_views.xml",
        "data/till_data.xml",
        "report/deposit_slip_templates.xml",
        "report/closing_templates.xml",
        "views/till_views.xml",
        "views/conciergerie_deposit_slip_views.xml",
        "security/conciergerie_pickup_security.xml",
        "data/barcode_rule_data.xml",
        "data/ir_cron_parcel_data.xml",
        "data/mail_template_parcel_data.xml",
        "views/conciergerie_parcel_views.xml",
        "views/conciergerie_drop_off_views.xml",
        "views/portal_drop_off_templates.xml",
        "views/pos_config_views.xml",
        "views/pos_order_deal_views.xml",
        "views/pos_payment_method_copay_views.xml",
        "views/conciergerie_pos_menus.xml",
        "views/account_journal_till_views.xml",
    ],
    "demo": [
        "demo/product_template_demo.xml",
        "demo/till_demo.xml",
    ],
    "assets": {
        "point_of_sale._assets_pos": [
            "conciergerie_pos/static/src/**/*",
        ],
        "web.assets_tests": [
            "conciergerie_pos/static/tests/tours/**/*",
        ],
        "web.assets_unit_tests": [
            "conciergerie_pos/static/tests/unit/**/*",
        ],
    },
    "post_init_hook": "post_init_hook",
    "uninstall_hook": "uninstall_hook",
    "installable": True,
}
