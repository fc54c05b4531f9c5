import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link may do; a token of one purpose opens no other. */
export type LinkPurpose = 'stop' | 'card' | 'newsletter-confirm' | 'newsletter-leave';

/** A token for the last part of an address: the id and a mac over purpose and id, nothing about a person. */
export function signLink(secret: string, purpose: LinkPurpose, id: string): string {
  return `${Buffer.from(id).toString('base64url')}.${macOf(secret, purpose, id).toString('base64url')}`;
}

/** The id a token was signed for; undefined if it was not signed by us for this purpose. */
export function openLink(secret: string, purpose: LinkPurpose, token: string): string | undefined {
  const [encoded = '', mac = '', ...rest] = token.slice(0, 500).split('.');
  const id = Buffer.from(encoded, 'base64url').toString();
  const given = Buffer.from(mac, 'base64url');
  const expected = macOf(secret, purpose, id);
  const same = given.length === expected.length && timingSafeEqual(given, expected);
  return same && rest.length === 0 && token === signLink(secret, purpose, id) ? id : undefined;
}

function macOf(secret: string, purpose: LinkPurpose, id: string): Buffer {
  return createHmac('sha256', secret).update(`${purpose}\0${id}`).digest().subarray(0, 24);
}
