import type { Victim } from './ground.ts';

/** A place in the work at which a process dies: when these bytes pass on that line, before they arrive or before their answer does. */
export type Moment = {
  name: string;
  victim: Victim;
  line: 'postgres' | 'stripe' | 'mail';
  text: string;
  when: 'before' | 'after';
};

/** Every place where a crash between two steps could lose, or do twice, something that matters. */
export const moments: Moment[] = [
  ...both('a gift is being written down', 'service', 'postgres', 'insert into'),
  ...both('Stripe is asked for a page', 'service', 'stripe', 'POST /v1/checkout/sessions'),
  ...both('an event is being stored', 'service', 'postgres', 'store_events'),
  ...both('the service commits', 'service', 'postgres', 'commit'),
  ...both('the worker commits', 'worker', 'postgres', 'commit'),
  ...both('a payment is being read', 'worker', 'stripe', 'GET /v1/payment_intents/'),
  ...both('a session is being read', 'worker', 'stripe', 'GET /v1/checkout/sessions/'),
  ...both('Stripe is asked for a refund', 'worker', 'stripe', 'POST /v1/refunds'),
  ...both('a journal is being written', 'worker', 'postgres', 'ledger_journals'),
  ...both('a receipt is being numbered', 'worker', 'postgres', 'receipts'),
  ...both('a mail is handed over', 'worker', 'mail', '\r\n.\r\n'),
  ...both('a job is being taken', 'worker', 'postgres', 'get_job'),
];

function both(name: string, victim: Victim, line: Moment['line'], text: string): Moment[] {
  return [
    { name: `before ${name}`, victim, line, text, when: 'before' },
    { name: `after ${name}`, victim, line, text, when: 'after' },
  ];
}
