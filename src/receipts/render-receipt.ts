import type { Config } from '../config.ts';
import { type Block, type Fact, layOutLetter } from '../mail/letter-layout.ts';
import { type Money, money, sayMoney } from '../money.ts';
import { formatDay, isolate, type Locale, speak } from '../text.ts';
import { greet } from './open-letter.ts';

/** What a receipt is about, whichever kind it is. */
export type ReceiptFacts = {
  readonly number: string;
  readonly issuedAt: Date;
  /** What the donor paid, fee cover included. */
  readonly amount: Money;
  readonly feeCoverMinor: bigint;
  readonly paidAt: Date;
  /** When a payment had arrived that was on its way for days. */
  readonly arrivedAt?: Date | undefined;
  readonly donorName: string | undefined;
  readonly article: { title: string | undefined; url: string } | undefined;
  /** Absent: a one-time gift. `nextAt` and `stopUrl` only while it goes on. */
  readonly recurring: { interval: 'month' | 'year'; nextAt?: Date | undefined; stopUrl?: string | undefined } | undefined;
  readonly correction: Correction | undefined;
};

/** What a correction says. */
type Correction = {
  /** The number of the receipt that it corrects. */
  readonly corrects: string;
  /** `stands`: more of the gift remains than that receipt said, as a refund failed or a dispute was won after all. */
  readonly cause: 'refund' | 'dispute' | 'stands';
  /** What this refund gave back. */
  readonly refundedMinor: bigint | undefined;
  readonly refundedInAllMinor: bigint;
  /** What banks have taken back. */
  readonly disputedInAllMinor: bigint;
};

const words = {
  refund: { title: 'correction_title', opening: 'correction_opening' },
  dispute: { title: 'correction_title_other', opening: 'correction_opening_dispute' },
  stands: { title: 'correction_title_other', opening: 'correction_opening_stands' },
} as const;

/** A receipt or a correction as it is kept and sent: subject, text and HTML in the donor's language. */
export function renderReceipt(
  config: Config,
  locale: Locale,
  receipt: ReceiptFacts,
): { subject: string; text: string; html: string } {
  const say = speak(locale, 'mail');
  const newsroom = isolate(locale, config.newsroom.name);
  const number = isolate(locale, receipt.number);
  const corrects = receipt.correction && isolate(locale, receipt.correction.corrects);
  const subject = corrects ? say('correction_subject', { number, corrects }) : say('receipt_subject', { number, newsroom });
  const { title, opening } = words[receipt.correction?.cause ?? 'refund'];
  const blocks: Block[] = [
    greet(locale, receipt.donorName),
    { kind: 'text', text: corrects ? say(opening, { corrects, newsroom }) : say('receipt_opening', { newsroom }) },
    { kind: 'facts', facts: corrects ? correctionFacts(config, locale, receipt) : giftFacts(config, locale, receipt) },
    ...(corrects ? [] : whatComesNext(config, locale, receipt)),
    { kind: 'fine', text: config.newsroom.receipt_statement ?? say('no_tax_receipt') },
  ];
  return { subject, ...layOutLetter(config, { locale, title: corrects ? say(title) : say('receipt_title'), blocks }) };
}

function giftFacts(config: Config, locale: Locale, receipt: ReceiptFacts): Fact[] {
  const say = speak(locale, 'mail');
  const { amount, feeCoverMinor, article, recurring } = receipt;
  const feeCover = isolate(locale, sayMoney(money(feeCoverMinor, amount.currency), locale));
  return [
    { label: say('receipt_number'), value: isolate(locale, receipt.number) },
    ...dates(config, locale, receipt),
    ...donor(locale, receipt),
    { label: say('amount'), value: isolate(locale, sayMoney(amount, locale)) },
    ...(feeCoverMinor > 0n ? [{ label: say('fee_cover'), value: say('fee_cover_included', { amount: feeCover }) }] : []),
    { label: say('how_often'), value: say(recurring ? `every_${recurring.interval}` : 'once') },
    ...(article ? [{ label: say('article'), value: isolate(locale, article.title ?? article.url), href: article.url }] : []),
  ];
}

function correctionFacts(config: Config, locale: Locale, receipt: ReceiptFacts): Fact[] {
  const say = speak(locale, 'mail');
  const { corrects, cause, refundedMinor, refundedInAllMinor, disputedInAllMinor } = receipt.correction!;
  const { amount } = receipt;
  const thisRefund = cause === 'refund' ? refundedMinor : undefined;
  const shown = (minor: bigint) => isolate(locale, sayMoney(money(minor, amount.currency), locale));
  return [
    { label: say('correction_number'), value: isolate(locale, receipt.number) },
    { label: say('corrects'), value: isolate(locale, corrects) },
    ...dates(config, locale, receipt),
    ...donor(locale, receipt),
    { label: say('amount_given'), value: shown(amount.minor) },
    ...(thisRefund === undefined ? [] : [{ label: say('refunded'), value: shown(thisRefund) }]),
    ...(refundedInAllMinor === (thisRefund ?? 0n) ? [] : [{ label: say('refunded_in_all'), value: shown(refundedInAllMinor) }]),
    ...(disputedInAllMinor === 0n ? [] : [{ label: say('disputed'), value: shown(disputedInAllMinor) }]),
    { label: say('remains'), value: shown(amount.minor - refundedInAllMinor - disputedInAllMinor) },
  ];
}

/** The day of the gift, and those of its arrival and of the receipt where they are others. */
function dates({ newsroom }: Config, locale: Locale, { paidAt, arrivedAt, issuedAt }: ReceiptFacts): Fact[] {
  const say = speak(locale, 'mail');
  const [given, received, issued] = [paidAt, arrivedAt ?? paidAt, issuedAt].map((at) =>
    formatDay(at, locale, newsroom.time_zone),
  );
  return [
    { label: say('given_on'), value: given! },
    ...(received === given ? [] : [{ label: say('received_on'), value: received! }]),
    ...(issued === received ? [] : [{ label: say('issued_on'), value: issued! }]),
  ];
}

function donor(locale: Locale, { donorName }: ReceiptFacts): Fact[] {
  return donorName ? [{ label: speak(locale, 'mail')('donor'), value: isolate(locale, donorName) }] : [];
}

/** Says plainly whether more will be charged, when, and how to stop it. */
function whatComesNext({ newsroom }: Config, locale: Locale, { amount, recurring }: ReceiptFacts): Block[] {
  const say = speak(locale, 'mail');
  if (!recurring) {
    return [{ kind: 'text', text: say('nothing_more') }];
  }
  const { interval, nextAt, stopUrl } = recurring;
  if (!stopUrl) {
    return [{ kind: 'text', text: say('recurring_ended') }];
  }
  const shown = isolate(locale, sayMoney(amount, locale));
  const next = nextAt && say('next_charge', { date: formatDay(nextAt, locale, newsroom.time_zone) });
  return [
    { kind: 'text', text: [say('recurring_goes_on', { amount: shown, interval }), next].filter(Boolean).join(' ') },
    { kind: 'link', text: say('stop'), href: stopUrl },
  ];
}
