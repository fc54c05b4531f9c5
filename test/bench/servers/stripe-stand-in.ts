// Answers at once what a busy Stripe would answer: any session that is asked for, and gifts that are paid whole. It keeps nothing but
// how often each kind of question was asked.
import { createServer } from 'node:http';
import { paidIntent, paidSession } from './paid-gift.ts';

const asked = { reads: 0, sessions: 0 };

export const server = createServer((request, response) => {
  request.resume().once('end', () => {
    response
      .setHeader('content-type', 'application/json')
      .setHeader('request-id', 'req_bench')
      .end(JSON.stringify(answer(request.method!, request.url!)));
  });
}).listen(0, '127.0.0.1');

function answer(method: string, url: string): object {
  const [, kind = '', id = ''] = /^\/v1\/(checkout\/sessions|payment_intents|[a-z_]+)(?:\/(\w+))?/.exec(url) ?? [];
  if (kind === 'asked') return asked;
  if (method === 'POST') {
    asked.sessions += 1;
    return newSession();
  }
  asked.reads += 1;
  return kind === 'payment_intents' ? paidIntent(id) : paidSession(id);
}

function newSession(): object {
  const id = `cs_test_${asked.sessions}_${process.pid}`;
  const expires_at = Math.floor(Date.now() / 1000) + 86_400;
  return {
    id,
    object: 'checkout.session',
    url: `https://checkout.example/c/pay/${id}`,
    status: 'open',
    payment_status: 'unpaid',
    livemode: false,
    expires_at,
  };
}
