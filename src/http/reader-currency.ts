import type { Currency } from '../currency.ts';
import { findOffer, type Newsroom } from '../newsroom.ts';

const euroRegions = 'AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' ');

/** What is paid with in the larger regions; a newsroom that offers none of it begins with its first currency. */
const currencyOfRegion: Record<string, string> = {
  ...Object.fromEntries(euroRegions.map((region) => [region, 'eur'])),
  AE: 'aed',
  AU: 'aud',
  BR: 'brl',
  CA: 'cad',
  CH: 'chf',
  CZ: 'czk',
  DK: 'dkk',
  GB: 'gbp',
  HK: 'hkd',
  HU: 'huf',
  ID: 'idr',
  IL: 'ils',
  IN: 'inr',
  JP: 'jpy',
  KR: 'krw',
  LI: 'chf',
  MX: 'mxn',
  MY: 'myr',
  NO: 'nok',
  NZ: 'nzd',
  PH: 'php',
  PL: 'pln',
  RO: 'ron',
  SA: 'sar',
  SE: 'sek',
  SG: 'sgd',
  TH: 'thb',
  TR: 'try',
  TW: 'twd',
  US: 'usd',
  ZA: 'zar',
};

/**
 * The currency to begin with for a reader: that of the region of the language most wished for (where the tag names none, the region
 * in which most of its speakers live: CLDR's likely subtags), if the newsroom offers it, else the newsroom's first.
 */
export function readerCurrency(newsroom: Newsroom, wished: readonly string[]): Currency {
  const region = regionOf(wished[0]);
  const offer = findOffer(newsroom, currencyOfRegion[region ?? ''] ?? '') ?? newsroom.offers[0]!;
  return offer.currency;
}

function regionOf(tag: string | undefined): string | undefined {
  try {
    return tag ? new Intl.Locale(tag.replaceAll('_', '-')).maximize().region : undefined;
  } catch {
    return undefined; // no language tag at all
  }
}
