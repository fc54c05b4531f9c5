/** A gift as its reader knows it. */
export type ReaderGift = {
  /** What the service answered; absent: it never did. */
  id: string;
  checkoutId: string;
  attempt: string;
  email: string;
  interval: 'once' | 'month' | 'year';
  /** What is charged, fee cover included. */
  amount: number;
  currency: string;
  body: Record<string, unknown>;
  key: string;
};

/** What happened outside of the service, and what it answered: the storm's own memory of one run. */
export type Notes = {
  gifts: ReaderGift[];
  /** Recurring gifts whose end was asked for, and the service took it. */
  stopped: Set<string>;
  /** Events that nobody at Stripe wrote. */
  forged: Set<string>;
  /** Refunds that staff asked for and the service took: its id and donation. */
  refundsTaken: { id: string; donationId: string; amount: number | undefined }[];
  /** Addresses of people who gave once and were erased. */
  erased: Set<string>;
  /** Faults that were met, by kind. */
  met: Map<string, number>;
  /** How many of the simulator's faults were counted until now, by kind. */
  counted: Map<string, number>;
  /** For how many mails the acknowledgement was ordered to get lost. */
  lostAcknowledgements: number;
  /** What the mail server was last told to do wrong. */
  mailOrder: { mode: string; times: number } | undefined;
  /** What the last comparison of the service's own left standing. */
  reported: string[];
  /** Things that must never happen and did. */
  wrongs: string[];
  count: number;
};

export function openNotes(): Notes {
  return {
    gifts: [],
    stopped: new Set(),
    forged: new Set(),
    refundsTaken: [],
    erased: new Set(),
    met: new Map(),
    counted: new Map(),
    lostAcknowledgements: 0,
    mailOrder: undefined,
    reported: [],
    wrongs: [],
    count: 0,
  };
}
