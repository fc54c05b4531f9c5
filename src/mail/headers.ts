import { type Letter, MailRefusedError } from './send-mail.ts';

const unsafe = /[\r\n\0]/;

/** Throws a MailRefusedError where a value would end its header line and begin another one, or name a second recipient. */
export function refuseUnsafeHeaders(letter: Pick<Letter, 'to' | 'subject' | 'headers'> & { messageId?: string }): void {
  const values = [letter.to, letter.subject, letter.messageId ?? '', ...Object.values(letter.headers)];
  if (
    values.some((value) => unsafe.test(value)) ||
    !Object.keys(letter.headers).every((name) => /^[A-Za-z][A-Za-z0-9-]*$/.test(name))
  ) {
    throw new MailRefusedError('header');
  }
  if (!isOneAddress(letter.to)) {
    throw new MailRefusedError('address');
  }
}

/** Whether a mail server would read it as one address and nothing else. */
export function isOneAddress(text: string): boolean {
  return /^[^\s<>,;:"()@[\]\\\p{Cc}]+@[^\s<>,;:"()@\\\p{Cc}]+$/u.test(text);
}

/** The parts of MAIL_FROM: `Newsroom <hello@example.org>` or the address alone. Throws a RangeError for anything else. */
export function parseSender(from: string): { name: string; address: string; domain: string } {
  const [, name = '', bracketed, bare] = /^\s*(?:([^<>]*?)\s*<([^<>]+)>|([^<>\s]+))\s*$/.exec(from) ?? [];
  const address = bracketed?.trim() ?? bare ?? '';
  if (unsafe.test(from) || !isOneAddress(address)) {
    throw new RangeError('the sender is not one address');
  }
  return { name: name.replace(/^"(.*)"$/, '$1'), address, domain: address.slice(address.lastIndexOf('@') + 1) };
}
