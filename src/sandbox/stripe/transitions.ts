import { raiseDisputes, warnOfFraud } from './aftermath.ts';
import { takeDue } from './agenda.ts';
import { makeFundsAvailable } from './balance.ts';
import { captureCharge } from './capture.ts';
import { expireSession } from './checkout-sessions.ts';
import { giveUpOnInvoice, retryInvoice } from './collection.ts';
import { settleDebit } from './debit-settlement.ts';
import { decideDispute } from './disputes.ts';
import { deliverPayout, payOut, reconcilePayout, sendPayout } from './payouts.ts';
import { finishRefund, referenceRefund, refuseRefund } from './refund-endings.ts';
import { endWhenDue, expireIncomplete, finalizeAndCollect, renewSubscription, resumeCollection } from './renewals.ts';
import { announceTrialEnd, endTrial } from './trials.ts';
import type { World } from './world.ts';

/** Everything that happens by itself once its instant has come. Each checks that it still applies. */
const transitions: Record<string, (world: World, subject: string) => void> = {
  'capture-charge': captureCharge,
  'make-funds-available': makeFundsAvailable,
  'pay-out': payOut,
  'send-payout': sendPayout,
  'deliver-payout': deliverPayout,
  'reconcile-payout': reconcilePayout,
  'reference-refund': referenceRefund,
  'finish-refund': finishRefund,
  'refuse-refund': refuseRefund,
  'settle-debit': settleDebit,
  'raise-disputes': raiseDisputes,
  'warn-of-fraud': warnOfFraud,
  'decide-dispute': decideDispute,
  'expire-session': expireSession,
  'renew-subscription': renewSubscription,
  'finalize-invoice': finalizeAndCollect,
  'retry-invoice': retryInvoice,
  'give-up-on-invoice': giveUpOnInvoice,
  'announce-trial-end': announceTrialEnd,
  'end-trial': endTrial,
  'expire-incomplete': expireIncomplete,
  'end-subscription': endWhenDue,
  'resume-collection': resumeCollection,
  'attempt-delivery': attemptDelivery,
};

/** The next attempt at a delivery that failed; nothing where it was delivered or given up meanwhile. */
function attemptDelivery(world: World, id: string): void {
  const delivery = world.notes.delivery.get(id);
  if (delivery?.status === 'pending') {
    world.onDelivery(delivery);
  }
}

/** Lets everything happen that is due by then (simulated milliseconds), in order of time, each at its own instant. */
export function runDue(world: World, until = world.clock.milliseconds()): void {
  for (let task = takeDue(world, until); task; task = takeDue(world, until)) {
    const { at, kind, subject } = task;
    try {
      world.clock.at(at, () => transitions[kind]?.(world, subject));
    } catch (error) {
      world.problems.push(`${kind} of ${subject}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
