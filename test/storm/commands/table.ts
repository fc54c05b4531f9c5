import { accountMoney, decideDispute, dispute, payoutFails, settlement, warnOfFraud } from './bank.ts';
import type { Command } from './command.ts';
import { dunning } from './dunning.ts';
import { erase } from './erase.ts';
import {
  apiFault,
  cutConnection,
  failingStatement,
  killWorker,
  lateAnswer,
  mailFault,
  reviveWorker,
  webhookFault,
} from './faults.ts';
import { changeMind, comeBack, doubleSubmit, give, payOpenPage } from './give.ts';
import { foreignCharge, refundByStaff, refundInDashboard } from './money.ts';
import { overtake } from './overtake.ts';
import { cancelLater, changeAmount, pauseCollection, renew, stop, subscribe, swapCard } from './recurring.ts';
import { clearFaults, forge, passTime, reconcile, redeliver, settle } from './time.ts';
import { unheard } from './unheard.ts';

/** Everything that may happen in a storm. */
export const commands: readonly Command[] = [
  // Readers
  give,
  doubleSubmit,
  changeMind,
  payOpenPage,
  comeBack,
  subscribe,
  stop,
  // The account's owner
  changeAmount,
  pauseCollection,
  cancelLater,
  swapCard,
  refundInDashboard,
  refundByStaff,
  erase,
  foreignCharge,
  // Banks, and Stripe itself
  dispute,
  decideDispute,
  warnOfFraud,
  payoutFails,
  accountMoney,
  settlement,
  // Time
  renew,
  dunning,
  passTime,
  settle,
  reconcile,
  // What goes wrong
  apiFault,
  lateAnswer,
  overtake,
  unheard,
  webhookFault,
  mailFault,
  failingStatement,
  cutConnection,
  killWorker,
  reviveWorker,
  clearFaults,
  redeliver,
  forge,
];
