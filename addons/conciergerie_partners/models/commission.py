"""Arithmetic of commissions: plain functions, no database."""

from decimal import ROUND_HALF_UP, Decimal


def to_decimal(value):
    """Return the decimal that a stored amount or rate shows, e.g. 3.35."""
    return Decimal(str(value or 0))


def round_half_up(value, digits=2):
    """Round half away from zero, as the currency does."""
    return value.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def commission_base(price, base, vat_rate):
    """Return the amount to which the rate applies (case A2).

    :param price: price paid by the customer, VAT included
    :param str base: ``net`` (price without the provider's VAT), ``gross`` (price with
        VAT, taken as an amount without VAT) or ``all_in`` (price with VAT, the
        commission including ours)
    :param vat_rate: the provider's VAT rate in per cent, 0 where there is none
    """
    price = to_decimal(price)
    if base == "net":
        return price / (1 + to_decimal(vat_rate) / 100)
    return price


def band_rate(amount, bands):
    """Return the rate of the band in which an amount falls (case A10).

    A base on a boundary belongs to the upper band, and the bands leave no gap: each
    reaches up to the start of the next.

    :param amount: the base
    :param bands: (from, rate) pairs; the first starts at 0
    """
    amount = abs(amount)
    rate = to_decimal(0)
    for start, band in sorted(bands):
        if amount >= to_decimal(start):
            rate = to_decimal(band)
    return rate


def commission_amount(price, terms, first=True, digits=2):
    """Return the commission of one sold line, in its own base.

    :param price: price paid by the customer, VAT included, not negative
    :param dict terms: ``base``, ``rate`` (per cent), ``vat_rate`` (per cent),
        ``fixed``, ``minimum``, ``maximum`` (currency, 0 for none)
    :param bool first: whether this is the first booked line of its order line, which
        alone bears the fixed part and the minimum
    :rtype: decimal.Decimal
    """
    base = commission_base(price, terms["base"], terms["vat_rate"])
    amount = base * to_decimal(terms["rate"]) / 100
    if first and terms["minimum"]:
        amount = max(amount, to_decimal(terms["minimum"]))
    if terms["maximum"]:
        amount = min(amount, to_decimal(terms["maximum"]))
    if first:
        amount += to_decimal(terms["fixed"])
    return round_half_up(amount, digits)


def purchase_amount(price, commission, base, sale_vat, digits=2):
    """Return what the provider bills for what we sell in our name, its VAT included.

    It is the sale price less our commission (case A3).

    :param price: sale price, VAT included
    :param commission: the commission in its own base
    :param str base: ``net``, ``gross``, or with our VAT ``all_in`` and ``purchase``
    :param sale_vat: VAT rate of the sale, per cent
    """
    commission = to_decimal(commission)
    if base in ("net", "gross"):
        commission *= 1 + to_decimal(sale_vat) / 100
    return round_half_up(to_decimal(price) - commission, digits)


def resale_margin(price, commission, base, sale_vat, provider_vat):
    """Return what the conciergerie keeps without VAT when it resells (case A3).

    :param price: sale price, VAT included
    :param commission: the commission in its own base
    :param str base: ``net``, ``gross`` or ``all_in``
    :param sale_vat: VAT rate of the sale, per cent
    :param provider_vat: VAT rate of the provider, per cent, 0 where there is none
    """
    price = to_decimal(price)
    purchase = purchase_amount(price, commission, base, sale_vat)
    sale_net = round_half_up(price / (1 + to_decimal(sale_vat) / 100))
    purchase_net = round_half_up(purchase / (1 + to_decimal(provider_vat) / 100))
    return sale_net - purchase_net
