import type { Services } from '../services.ts';

/**
 * Ends a sign-up and forgets what it wished for; safe any number of times, and well for a sign-up that is not there any more. Whoever
 * left is asked nothing again unless somebody signs the address up anew.
 */
export async function leaveNewsletter({ db, clock }: Services, signupId: string): Promise<void> {
  await db
    .updateTable('signups')
    .set({ status: 'left', left_at: clock.now(), wish: null })
    .where('id', '=', signupId)
    .where((row) => row.or([row('status', '<>', 'left'), row('wish', 'is not', null)]))
    .execute();
}
