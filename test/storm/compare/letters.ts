import { type Both, byId } from './both.ts';

/** How many letters come twice at most by each, beside an acknowledgement that got lost on its way: it never reached the books. */
const lostWords = { 'worker killed': 5, 'database connection cut': 1, 'database write failed': 1 }; // a worker does five jobs at once

/** One receipt for each gift, in the mailbox of whoever gave it; nobody gets one for what was not given. */
export async function compareLetters({ rows, payments, stage }: Both): Promise<string[]> {
  const receipts = await rows(`
    select donations.stripe_payment_intent_id as id, mails.message_id, mails.to_address, receipts.kind, donors.erased_at
    from receipts join donations on donations.id = receipts.donation_id left join donors on donors.id = donations.donor_id
    left join mails on mails.id = receipts.mail_id`);
  const known = new Set((await rows('select message_id from mails')).map(({ message_id }) => String(message_id)));
  const box = Map.groupBy(stage.slot.mails(), ({ headers }) => headers['message-id'] ?? 'none');
  const gifts = Map.groupBy(
    receipts.filter(({ kind }) => kind === 'gift'),
    ({ id }) => String(id),
  );
  const paid = new Set(payments.filter(({ intent }) => intent.status === 'succeeded').map(({ intent }) => intent.id));
  const copies = [...box.values()].reduce((sum, mails) => sum + mails.length - 1, 0);
  const excuses = Object.entries(lostWords).reduce(
    (sum, [kind, letters]) => sum + letters * (stage.notes.met.get(kind) ?? 0),
    stage.notes.lostAcknowledgements,
  );
  return [
    ...[...paid].filter((id) => gifts.get(id)?.length !== 1).map((id) => `gift ${id} has ${gifts.get(id)?.length ?? 0} receipts`),
    ...[...gifts.keys()].filter((id) => !paid.has(id)).map((id) => `${id} has a receipt and was not paid`),
    ...receipts.flatMap((receipt) => lettersOf(receipt, box)),
    ...[...box.keys()].filter((id) => !known.has(id)).map((id) => `a mail ${id} came that nobody wrote`),
    ...(copies > excuses ? [`${copies} mails came twice, and ${excuses} acknowledgements may have been lost`] : []),
    ...(await writtenTwice({ rows })),
    ...(await unsent({ rows })),
  ];
}

function lettersOf(receipt: Record<string, unknown>, box: Map<string, { to: string }[]>): string[] {
  const { id, message_id, to_address, kind, erased_at } = receipt;
  if (to_address === '' || erased_at !== null) return []; // whoever was forgotten gets no more mail, and may have had this one
  const came = box.get(String(message_id)) ?? [];
  if (came.length === 0) return [`the ${kind} receipt of ${id} never came`];
  return came.every(({ to }) => to === to_address) ? [] : [`the ${kind} receipt of ${id} came to somebody else`];
}

async function writtenTwice({ rows }: Pick<Both, 'rows'>): Promise<string[]> {
  const twice = await rows(`
    select subject_id, count(*) as times from mails where kind in ('receipt', 'correction') group by subject_id having count(*) > 1`);
  return twice.map(({ subject_id, times }) => `the letter of ${subject_id} was written ${times} times`);
}

async function unsent({ rows }: Pick<Both, 'rows'>): Promise<string[]> {
  const waiting = await rows("select id, kind from mails where sent_at is null and to_address <> ''");
  return [...byId(waiting).values()].map(({ id, kind }) => `the mail ${id} (${kind}) was not sent`);
}
