import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../src/log.ts';
import { eventually } from '../support/eventually.ts';
import { ask, giveOnce, pay } from '../support/reader.ts';
import { openStand, type Stand } from '../support/stand.ts';

type Line = { msg: string; requestId?: string; route?: string; job?: string };

describe('the id of a request', () => {
  const lines: Line[] = [];
  let stand: Stand;
  beforeAll(async () => {
    stand = await openStand({ log: createLog('debug', { write: (line) => lines.push(JSON.parse(line)) }) });
  }, 60_000);
  afterAll(() => stand?.close());

  const ofJob = (job: string) => lines.filter((line) => line.msg === 'a job is done' && line.job === job);

  test('stands in the log of the job that the request staged', async () => {
    const body = { email: 'reader@example.net', frequency: 'daily', offers: false };
    await ask(stand, 'POST', '/v1/newsletter-signups', body, { 'x-request-id': 'signup-1' });
    await eventually(() => expect(ofJob('send-mail').map(({ requestId }) => requestId)).toEqual(['signup-1']));
  });

  test('goes from the webhook over the reading and the receipt to its mail', async () => {
    const before = ofJob('send-mail').length;
    await pay(stand, await giveOnce(stand, { amount: 2500, currency: 'eur', email: 'reader@example.net' }));
    await eventually(() => expect(ofJob('send-mail').length).toBe(before + 1));
    const [receipt] = ofJob('write-receipt');
    const mail = ofJob('send-mail').at(-1);
    expect(receipt?.requestId).toMatch(/^req_/);
    expect(mail?.requestId).toBe(receipt?.requestId);
    const ofRequest = lines.filter(({ requestId }) => requestId === receipt?.requestId);
    expect(ofRequest.find(({ msg }) => msg === 'request')?.route).toBe('POST /webhooks/stripe');
    expect(ofRequest.map(({ msg }) => msg)).toContain('an object was read');
  });
});
