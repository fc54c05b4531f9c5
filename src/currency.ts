/** A currency as Stripe writes it: three lower-case letters, one of the table below. */
export type Currency = string & { readonly currency: unique symbol };

type CurrencyRule = { digits: 0 | 2 | 3; increment: bigint; minimumMinor: bigint };

const zeroDecimal = 'bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf'.split(' ');
const threeDecimal = 'bhd jod kwd omr tnd'.split(' ');
const twoDecimal = `usd aed afn all amd ang aoa ars aud awg azn bam bbd bdt bmd bnd bob brl bsd bwp byn bzd cad cdf chf cny cop
  crc cve czk dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gtq gyd hkd hnl htg huf idr ils inr isk jmd kes kgs khr kyd kzt lak
  lbp lkr lrd lsl mad mdl mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd pab pen pgk php pkr pln qar ron rsd rub
  sar sbd scr sek sgd shp sle sos srd std szl thb tjs top try ttd twd tzs uah ugx uyu uzs wst yer zar zmw`.split(/\s+/);

/** The smallest charge Stripe takes, in major units; where it names none, what is left is one increment. */
const minimumMajor: Record<string, string> = {
  usd: '.50',
  aed: '2',
  ars: '.50',
  aud: '.50',
  brl: '.50',
  cad: '.50',
  chf: '.50',
  cop: '.50',
  czk: '15',
  dkk: '2.50',
  eur: '.50',
  gbp: '.30',
  hkd: '4',
  huf: '175',
  idr: '.50',
  ils: '.50',
  inr: '.50',
  jpy: '50',
  krw: '50',
  mxn: '10',
  myr: '2',
  nok: '3',
  nzd: '.50',
  php: '.50',
  pln: '2',
  ron: '2',
  rub: '.50',
  sek: '3',
  sgd: '.50',
  thb: '10',
  zar: '.50',
};

const rules = new Map<string, CurrencyRule>();
for (const code of twoDecimal) rules.set(code, { digits: 2, increment: 1n, minimumMinor: 1n });
for (const code of zeroDecimal) rules.set(code, { digits: 0, increment: 1n, minimumMinor: 1n });
for (const code of threeDecimal) rules.set(code, { digits: 3, increment: 10n, minimumMinor: 10n });
for (const code of ['isk', 'ugx']) rules.set(code, { digits: 2, increment: 100n, minimumMinor: 100n });
for (const [code, major] of Object.entries(minimumMajor)) {
  const rule = rules.get(code)!;
  const [whole, fraction = ''] = major.split('.');
  rule.minimumMinor = BigInt((whole || '0') + fraction.padEnd(rule.digits, '0'));
}

/** Whether Stripe charges in it; the code must be in lower case. Follows docs.stripe.com/currencies. */
export function isCurrency(code: string): code is Currency {
  return rules.has(code);
}

/** The currency of a code in any case; throws a RangeError for one that Stripe does not charge in. */
export function toCurrency(code: string): Currency {
  const lower = code.toLowerCase();
  if (!isCurrency(lower)) {
    throw new RangeError(`not a currency that Stripe charges in: ${code.slice(0, 8)}`);
  }
  return lower;
}

/** Every currency of the table. */
export function allCurrencies(): Currency[] {
  return [...rules.keys()] as Currency[];
}

/** How many decimals Stripe's minor unit has: 2 for EUR, HUF, ISK and UGX, 0 for JPY, 3 for BHD. */
export function digitsOf(currency: Currency): 0 | 2 | 3 {
  return rules.get(currency)!.digits;
}

/** The step, in minor units, that a charged amount must be a multiple of: 1, 10 (BHD …) or 100 (ISK, UGX). */
export function incrementOf(currency: Currency): bigint {
  return rules.get(currency)!.increment;
}

/** The smallest amount Stripe charges, in minor units. */
export function minimumOf(currency: Currency): bigint {
  return rules.get(currency)!.minimumMinor;
}
