/**
 * What payers take in charge of an order, for display only: the server decides.
 *
 * The same arithmetic as `conciergerie.copay._compute_shares`; both are checked
 * against the vectors of static/tests/unit/copay_vectors.js.
 */

/**
 * A sold line as the shares are computed of it.
 *
 * @param {Object} product `product.product` of the till
 * @param {{key: string|number, price: number, isDownPayment?: boolean}} values price VAT
 *     included
 */
export function shareLine(product, { key, price, isDownPayment = false }) {
    const template = product.product_tmpl_id;
    const categoryPath = [];
    for (let category = template.categ_id; category; category = category.parent_id) {
        categoryPath.push(category.id);
    }
    return {
        key,
        price,
        productId: product.id,
        isService: template.is_conciergerie_service,
        isMarket: template.is_market,
        isDownPayment,
        categoryPath,
    };
}

function isShared(line, isPositive) {
    return Boolean(line.isService && line.isMarket && isPositive(line.price));
}

/**
 * @returns {Map} price by key once the discounts on all lines are spread, the dearest
 * line closing exactly
 */
function discountedPrices(lines, currency) {
    const prices = new Map(lines.map((line) => [line.key, line.price]));
    const sold = lines.filter((line) => line.price > 0);
    const discount = -lines
        .filter((line) => line.price < 0 && !line.isDownPayment)
        .reduce((sum, line) => sum + line.price, 0);
    if (!sold.length || currency.round(discount) <= 0) {
        return prices;
    }
    const total = sold.reduce((sum, line) => sum + line.price, 0);
    const left = Math.max(total - discount, 0);
    let spread = 0;
    for (const line of sold) {
        const price = currency.round((line.price * left) / total);
        prices.set(line.key, price);
        spread += price;
    }
    const dearest = sold.reduce((best, line) => (line.price > best.price ? line : best));
    prices.set(dearest.key, currency.round(prices.get(dearest.key) + left - spread));
    return prices;
}

/**
 * The most precise rule: the service, then the nearest of its categories, then all; of
 * two as precise, the first, since they come with the later one first.
 */
function ruleOf(convention, line) {
    const { rules } = convention;
    const ofService = rules.find(
        (rule) => rule.scope === "1_service" && rule.product_id === line.productId
    );
    if (ofService) {
        return ofService;
    }
    for (const categoryId of line.categoryPath) {
        const found = rules.find(
            (rule) => rule.scope === "2_category" && rule.categ_id === categoryId
        );
        if (found) {
            return found;
        }
    }
    return rules.find((rule) => rule.scope === "3_all");
}

/**
 * @param {Object[]} lines `key`, `price` (VAT included), `productId`, `isService`,
 * `isMarket`, `categoryPath` (ids, the nearest first) and `isDownPayment`
 * @param {Object[]} conventions as `pos.config.copay_person` returns them
 * @param {Object} currency `round(amount)`, half-up
 * @returns {Object} `lines`: amount by key; `payers`: `{key, name, amount}` in the
 * order of payers, those who take nothing left out; `total`
 */
export function computeShares(lines, conventions, currency) {
    const isPositive = (amount) => currency.round(amount) > 0;
    const prices = discountedPrices(lines, currency);
    const room = new Map();
    for (const rule of conventions.flatMap((convention) => convention.rules)) {
        room.set(rule.id, [...rule.room]);
    }
    const byLine = {};
    const byPayer = new Map();
    for (const line of lines.filter((line) => isShared(line, isPositive))) {
        let left = prices.get(line.key);
        let taken = 0;
        for (const convention of conventions) {
            const { services } = convention;
            if (services.length && !services.includes(line.productId)) {
                continue;
            }
            const rule = convention.is_own ? undefined : ruleOf(convention, line);
            if (!rule || !isPositive(left)) {
                continue;
            }
            const ceilings = room.get(rule.id);
            const wanted = currency.round((left * rule.share) / 100);
            const amount = currency.round(Math.max(Math.min(wanted, left, ...ceilings), 0));
            room.set(
                rule.id,
                ceilings.map((ceiling) => ceiling - amount)
            );
            left = currency.round(left - amount);
            taken += amount;
            const payer = byPayer.get(convention.id) || {
                key: convention.id,
                name: convention.payer,
                amount: 0,
            };
            payer.amount = currency.round(payer.amount + amount);
            byPayer.set(convention.id, payer);
        }
        byLine[line.key] = currency.round(taken);
    }
    const payers = conventions
        .map((convention) => byPayer.get(convention.id))
        .filter((payer) => payer && isPositive(payer.amount));
    return {
        lines: byLine,
        payers,
        total: currency.round(payers.reduce((sum, payer) => sum + payer.amount, 0)),
    };
}
