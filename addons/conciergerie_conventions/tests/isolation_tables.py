"""What the test of isolation of the payers' portal covers; see test_isolation."""

# Models of which a payer has records: the test makes one of the other payer.
OWNED = {
    "account.move",
    "conciergerie.copay.rule",
    "conciergerie.copay.statement",
    "conciergerie.copay.statement.line",
    "conciergerie.copay.use",
    "conciergerie.entitlement",
    "conciergerie.join.request",
    "contract.contract",
    "contract.line",
    "contract.modification",
    "ir.attachment",
    "res.partner",
}
# Models of the conciergerie itself: no portal user has any right on them.
STAFF_ONLY = {
    "conciergerie.code.attempt",
    "conciergerie.convention.headcount",
    "conciergerie.convention.notice",
    "conciergerie.convention.result",
    "conciergerie.copay.ceiling",
    "conciergerie.copay.reservation",
    "conciergerie.copay.reservation.line",
    "conciergerie.copay.settlement.wizard",
    "conciergerie.copay.settlement.wizard.line",
    "conciergerie.entitlement.check",
    "conciergerie.entitlement.check.line",
    "conciergerie.entitlement.code",
    "conciergerie.entitlement.import",
    "conciergerie.entitlement.import.line",
    "conciergerie.fee.month",
    "conciergerie.fee.preview",
    "conciergerie.fee.preview.line",
    "conciergerie.fee.price",
    "conciergerie.fee.step",
    "conciergerie.indexation",
    "conciergerie.indexation.line",
    "conciergerie.membership.wizard",
}
# Core's models on which our addon has public methods besides the above.
EXTENDED = {"crm.lead", "product.product", "product.template"}
# Each route of our addon. “own”: a list or a form of the payer's own, which must show
# nothing of the other payer; “record”: its address names a record.
CONVENTION = "/my/conventions/<int:convention_id>"
PERSON = f"{CONVENTION}/people/<int:entitlement_id>"
ROUTES = {
    "/join/<string:token>": "record",
    "/join/<string:token>/send": "record",
    "/join/address/<string:token>": "record",
    "/join/address/<string:token>/confirm": "record",
    # OCA's page, which sends a convention to ours.
    "/my/contracts/<int:contract_contract_id>": "record",
    "/my/conventions": "own",
    CONVENTION: "record",
    f"{CONVENTION}/decline": "record",
    f"{CONVENTION}/pdf": "record",
    f"{CONVENTION}/people": "record",
    f"{CONVENTION}/people/add": "record",
    f"{CONVENTION}/people/import": "record",
    f"{CONVENTION}/people/import/confirm": "record",
    f"{CONVENTION}/people/page/<int:page>": "record",
    f"{PERSON}/confirm": "record",
    f"{PERSON}/leave": "record",
    f"{PERSON}/refuse": "record",
    f"{CONVENTION}/poster": "record",
    f"{CONVENTION}/sign": "record",
    f"{CONVENTION}/statements/<int:statement_id>": "record",
}
# Pages that the other payer itself opens: else a refusal would prove nothing.
OPENED = {
    "/my/contracts/<int:contract_contract_id>",
    "/my/conventions",
    CONVENTION,
    f"{CONVENTION}/pdf",
    f"{CONVENTION}/people",
    f"{CONVENTION}/poster",
    f"{CONVENTION}/statements/<int:statement_id>",
}
