import type { ReaderGift } from '../commands/notes.ts';
import type { Both, Row } from './both.ts';

type Body = {
  amount: number;
  article: Record<string, string>;
  campaign?: string;
  anonymous?: boolean;
  message?: string;
  newsletter?: string;
};

/**
 * A gift says what its reader said: which article it is for and the campaign, on every instalment; the message and the wish for the
 * newsletter on one of them. Whoever was forgotten has said nothing.
 */
export async function compareWords({ rows, stage }: Both): Promise<string[]> {
  const { gifts, erased } = stage.notes;
  const said = new Map(gifts.filter(({ email }) => !erased.has(email)).map((gift) => [gift.id, gift]));
  const donations = (await rows('select * from donations')).filter(({ status }) => status !== 'expired');
  return [...Map.groupBy(donations, ({ id, subscription_id }) => String(subscription_id ?? id))].flatMap(([id, given]) => {
    const gift = said.get(id);
    return gift ? [...given.flatMap((donation) => everyWord(gift, donation)), ...wordsOnce(gift, given)] : [];
  });
}

function everyWord({ body, interval, amount }: ReaderGift, donation: Row): string[] {
  const { article, campaign, anonymous, amount: chosen } = body as Body;
  const words = {
    article_url: article.url,
    article_id: article.id,
    article_title: article.title,
    section: article.section,
    campaign: campaign ?? null,
    anonymous: anonymous ?? false,
    ...(interval === 'once' && { fee_cover_minor: BigInt(amount - chosen) }),
  };
  return Object.entries(words)
    .filter(([field, word]) => donation[field] !== word)
    .map(([field, word]) => `${donation.id}: ${field} is ${donation[field]}, and the reader said ${word}`);
}

function wordsOnce({ id, body }: ReaderGift, given: Row[]): string[] {
  const { message, newsletter } = body as Body;
  return Object.entries({ message, newsletter }).flatMap(([field, word]) => {
    const told = given.map((donation) => donation[field]).filter((value) => value !== null);
    const isRight = word === undefined ? told.length === 0 : told.length === 1 && told[0] === word;
    return isRight
      ? []
      : [`${id}: its ${field} stands on ${told.length} of its gifts, and the reader said ${word ?? 'nothing'} once`];
  });
}
