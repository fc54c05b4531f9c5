import { inspect } from 'node:util';
import request, { type Test } from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { putVote } from '../../src/http/put-vote.ts';
import { openTestDatabase, type TestDatabase } from '../support/database.ts';
import { testConfig } from '../support/settings.ts';
import { edgeApp, edgeServices } from './edge-app.ts';

let database: TestDatabase;
let services: ReturnType<typeof edgeServices>;
let today = new Date('2026-11-23T10:00:00Z');
beforeAll(async () => {
  database = await openTestDatabase();
  services = edgeServices(database.url, { clock: { now: () => today }, config: testConfig({ TRUST_PROXY: '1' }) });
});
beforeEach(async () => {
  today = new Date('2026-11-23T10:00:00Z');
  await database.pool.query('truncate votes, visitor_salts, rate_limits, stored_answers');
});
afterAll(async () => {
  await services.close();
  await database.close();
});

const url = 'https://www.example.org/quay';
const reader = { from: '192.0.2.1', agent: 'Browser 1' };
type Reader = typeof reader;

function vote(body: object, { from, agent }: Reader = reader): Test {
  return request(edgeApp(services, putVote)).put('/v1/votes').set({ 'X-Forwarded-For': from, 'User-Agent': agent }).send(body);
}

const votes = async () => (await database.pool.query('select * from votes order by voted_at, article_url')).rows;

describe('a vote', () => {
  test('is counted once a visitor and article, and says what to ask next', async () => {
    const answer = await vote({ article: { url: `${url}?utm=1#end`, id: 'a-1' }, helpful: true });
    expect([answer.status, answer.body]).toEqual([200, { helpful: true, next: 'give' }]);
    expect(await votes()).toMatchObject([
      { day: '2026-11-23', article_url: url, article_id: 'a-1', helpful: true, comment: null },
    ]);
  });

  test('can be changed, and only the last one counts', async () => {
    await vote({ article: { url }, helpful: true });
    const answer = await vote({ article: { url: `${url}?again` }, helpful: false, comment: ' Too long. ' });
    expect(answer.body).toEqual({ helpful: false, next: 'sorry' });
    expect(await votes()).toMatchObject([{ helpful: false, comment: 'Too long.' }]);
  });

  test('is another one from another source, with another agent, on another article and on another day', async () => {
    await vote({ article: { url }, helpful: true });
    await vote({ article: { url }, helpful: true }, { ...reader, from: '192.0.2.2' });
    await vote({ article: { url }, helpful: true }, { ...reader, agent: 'Browser 2' });
    await vote({ article: { url: `${url}/2` }, helpful: true });
    today = new Date('2026-11-23T23:30:00Z'); // past midnight in the newsroom's time zone
    await vote({ article: { url }, helpful: true });
    expect((await votes()).map(({ day }) => day).sort()).toEqual([...Array(4).fill('2026-11-23'), '2026-11-24']);
  });

  test('leads to nobody: the address is kept nowhere, and the salt of the day is thrown away on the next', async () => {
    await vote({ article: { url }, helpful: true });
    const kept = inspect([await votes(), (await database.pool.query('select * from rate_limits')).rows]);
    expect(kept).not.toContain('192.0.2.1');
    expect(kept).not.toContain('Browser');
    today = new Date('2026-11-24T10:00:00Z');
    await vote({ article: { url }, helpful: true });
    expect((await database.pool.query('select day from visitor_salts')).rows).toEqual([{ day: '2026-11-24' }]);
  });

  test('that comes twice at once is one', async () => {
    const answers = await Promise.all([true, false, true, false].map((helpful) => vote({ article: { url }, helpful })));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(await votes()).toHaveLength(1);
  });

  test('too many of which come from one source is refused, and it says that it was not counted', async () => {
    for (let turn = 0; turn < 60; turn += 1) {
      await vote({ article: { url }, helpful: true });
    }
    const refused = await vote({ article: { url }, helpful: false });
    expect(refused.status).toBe(429);
    expect(refused.body.detail).toContain('not counted');
    expect(await votes()).toMatchObject([{ helpful: true }]);
    expect((await vote({ article: { url }, helpful: false }, { ...reader, from: '192.0.2.9' })).status).toBe(200);
  });

  test('is refused with all that is wrong with it', async () => {
    const wrong = { article: { url: 'https://evil.example/', title: 'x' }, helpful: 1, comment: 'a'.repeat(1001) };
    const answer = await vote(wrong);
    expect(answer.status).toBe(400);
    expect(answer.body.errors.map(({ pointer }: { pointer: string }) => pointer).sort()).toEqual([
      '/article/title',
      '/article/url',
      '/comment',
      '/helpful',
    ]);
    expect(await votes()).toEqual([]);
  });

  test('may carry an Idempotency-Key and then is answered like the first time', async () => {
    const first = await vote({ article: { url }, helpful: true }).set('Idempotency-Key', 'vote-1');
    const second = await vote({ article: { url }, helpful: true }).set('Idempotency-Key', 'vote-1');
    expect(first.headers['idempotent-replayed']).toBeUndefined();
    expect(second.headers['idempotent-replayed']).toBe('true');
    expect(second.body).toEqual(first.body);
  });
});
