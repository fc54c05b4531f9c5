import { bug, type PlantedBug } from './bug.ts';

/** Letters and people. */
export const lettersBugs: readonly PlantedBug[] = [
  bug('a mail counts as sent before the mail server took it', [
    'src/mail/send-queued-mail.ts',
    '    await sendMail(mail.letter);\n',
    '    await writeDownSent(services, mailId);\n    await sendMail(mail.letter);\n',
  ]),
  bug('a mail that failed once is given up', ['src/mail/send-queued-mail.ts', 'if (run.isLast) {', 'if (run.attempt >= 1) {']),
  bug(
    'the mail server is asked inside the transaction that writes the letter, twice where it is repeated',
    ['src/receipts/write-receipt.ts', ', to, ...letter })', ", to, ...letter, dedupeKey: services.newId('mail') })"],
    ['src/receipts/write-receipt.ts', 'return receipt.written_at === null ? receipt : undefined;', 'return receipt;'],
  ),
  // People
  bug(
    'who was erased comes back with the next reading',
    ['src/donors/attach-donor.ts', 'if (known?.erased_at) {', "if (known?.id === '') {"],
    ['src/donors/attach-donor.ts', '  if (erased) {', "  if (erased === '') {"],
    ['src/donors/choose-donor.ts', 'return isErased ? current', 'return isErased && !current ? current'],
    ['src/donors/attach-donor.ts', 'donorId === id ? await findTombstone(trx, person.email, person.at) : undefined', 'undefined'],
  ),
];
