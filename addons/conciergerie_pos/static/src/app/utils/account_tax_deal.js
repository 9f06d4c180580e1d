import { accountTaxHelpers } from "@account/helpers/account_tax";
import { patch } from "@web/core/utils/patch";

patch(accountTaxHelpers, {
    /** Our VAT's cent of rounding never falls on a provider's price: as on the server. */
    round_tax_details_base_lines(baseLines, company, options) {
        const ours = baseLines.filter((line) => line.record?.dealMode !== "mandate");
        return super.round_tax_details_base_lines(ours, company, options);
    },
});
