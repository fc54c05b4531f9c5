import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { verifyEvent } from '../../webhooks/verify.ts';

const secret = 'whsec_one';
const now = new Date('2026-11-23T10:00:00.500Z');
const seconds = Math.floor(now.getTime() / 1000);
const event = { id: 'evt_1', object: 'event', type: 'refund.created', data: { object: { id: 're_1', name: 'Zoë 🦊' } } };
const body = Buffer.from(JSON.stringify(event, null, 2));

function sign(bytes: Buffer, options: { at?: number; with?: string } = {}): string {
  const at = options.at ?? seconds;
  const digest = createHmac('sha256', options.with ?? secret)
    .update(`${at}.`)
    .update(bytes)
    .digest('hex');
  return `t=${at},v1=${digest}`;
}

function verify(options: { bytes?: Buffer; signature?: string | undefined; secrets?: string[] }): unknown {
  const { bytes = body, secrets = [secret] } = options;
  const signature = 'signature' in options ? options.signature : sign(bytes);
  return verifyEvent({ body: bytes, signature, secrets, now });
}

const refused = expect.objectContaining({ code: 'signature-not-valid' });

describe('the signature of a webhook', () => {
  test('opens the body that it was made for', () => {
    expect(verify({})).toEqual(event);
  });

  test('may be of any of several secrets, while one is rotated', () => {
    const both = `${sign(body, { with: 'whsec_old' })},${sign(body, { with: 'whsec_new' }).split(',')[1]}`;
    expect(verify({ secrets: ['whsec_other', secret] })).toEqual(event);
    expect(verify({ signature: both, secrets: ['whsec_new'] })).toEqual(event);
    expect(verify({ signature: `${sign(body)},v0=${'a'.repeat(64)}` })).toEqual(event);
    expect(() => verify({ secrets: ['whsec_other', 'whsec_another'] })).toThrow(refused);
  });

  test.each([-300, -299, 0, 299, 300])('holds when made %i seconds from now', (offset) => {
    expect(verify({ signature: sign(body, { at: seconds + offset }) })).toEqual(event);
  });

  test.each([-86_400, -301, 301, 3600])('does not hold when made %i seconds from now', (offset) => {
    expect(() => verify({ signature: sign(body, { at: seconds + offset }) })).toThrow(refused);
  });

  test.each([
    ['is missing', undefined],
    ['is empty', ''],
    ['has no time', sign(body).split(',')[1]],
    ['has two times', `t=${seconds},${sign(body)}`],
    ['has no digest', `t=${seconds}`],
    ['is of another scheme alone', sign(body).replace('v1', 'v0')],
    ['has words around it', ` ${sign(body)} `],
  ])('does not hold when it %s', (_what, signature) => {
    expect(() => verify({ signature })).toThrow(refused);
  });

  test('does not hold for bytes that only decode to the same text', () => {
    const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), body]);
    const replaced = Buffer.from(JSON.stringify({ ...event, name: '\ufffd' }));
    const broken = Buffer.from(replaced.toString('latin1').replace('ï¿½', '\xff'), 'latin1');
    expect(() => verify({ bytes: marked, signature: sign(body) })).toThrow(refused);
    expect(() => verify({ bytes: broken, signature: sign(replaced) })).toThrow(refused);
    expect(() => verify({ bytes: Buffer.alloc(0), signature: sign(Buffer.alloc(0)) })).toThrow(refused);
  });

  test.each([
    ['text', Buffer.from('hello')],
    ['a thin event', Buffer.from(JSON.stringify({ object: 'v2.core.event', id: 'evt_2' }))],
  ])('over %s is told from a forged one', (_what, bytes) => {
    expect(() => verify({ bytes })).toThrow(expect.objectContaining({ code: 'body-not-readable' }));
  });

  test('holds for none of 100,000 changed bodies, headers and times', () => {
    const signature = sign(body);
    const change = fc.record({
      what: fc.constantFrom('body', 'header'),
      how: fc.constantFrom('flip', 'insert', 'remove', 'cut', 'double'),
      at: fc.nat(10_000),
      byte: fc.integer({ min: 1, max: 255 }),
    });
    let tried = 0;
    let accepted = 0;
    for (const { what, how, at, byte } of fc.sample(change, { numRuns: 100_000, seed: 20_261_123 })) {
      const bytes = what === 'body' ? mutate(body, how, at, byte) : body;
      const header = what === 'header' ? mutate(Buffer.from(signature), how, at, byte).toString('latin1') : signature;
      if (bytes.equals(body) && header === signature) continue;
      tried += 1;
      try {
        verifyEvent({ body: bytes, signature: header, secrets: [secret], now });
        accepted += 1;
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    }
    expect(tried).toBeGreaterThan(99_000);
    expect(accepted).toBe(0);
  });
});

function mutate(bytes: Buffer, how: string, at: number, byte: number): Buffer {
  const index = at % bytes.length;
  const [before, after] = [bytes.subarray(0, index), bytes.subarray(index)];
  switch (how) {
    case 'flip': {
      const copy = Buffer.from(bytes);
      copy[index] = copy[index]! ^ byte;
      return copy;
    }
    case 'insert':
      return Buffer.concat([before, Buffer.from([byte]), after]);
    case 'remove':
      return Buffer.concat([before, after.subarray(1)]);
    case 'cut':
      return before;
    default:
      return Buffer.concat([bytes, after]);
  }
}
