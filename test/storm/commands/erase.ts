import fc from 'fast-check';
import { defineCommand, pick } from './command.ts';

/** Somebody who gave once is forgotten, in the middle of whatever their gift is going through. */
export const erase = defineCommand({
  name: 'erase',
  weight: 3,
  input: fc.record({ which: fc.nat(50) }),
  async run({ slot, notes }, { which }) {
    const once = new Set(notes.gifts.filter(({ interval }) => interval === 'once').map(({ email }) => email));
    const { rows } = await slot.database.pool.query('select id, email from donors where email is not null order by id');
    const donor = pick(
      rows.filter(({ email }) => once.has(email as string)),
      which,
    );
    const worker = slot.workers()[0];
    if (!donor || !worker) return false;
    return worker.erase(String(donor.id)).then(
      () => {
        notes.erased.add(String(donor.email));
        return true;
      },
      () => false,
    );
  },
});
