/** Why a card is refused, in Stripe's words. */
export type Decline = { code: string; decline_code?: string; message: string };

/** One of Stripe's test cards (https://docs.stripe.com/testing) and how it behaves. */
export type TestCard = {
  number: string;
  /** The magic ids that stand for it, besides its number. */
  ids: string[];
  brand: string;
  funding: 'credit' | 'debit' | 'prepaid';
  authentication?: 'always' | 'unless-set-up';
  decline?: Decline;
  /** What follows once it has been charged. */
  aftermath?: 'fraud-dispute' | 'delivery-dispute' | 'inquiry' | 'two-disputes' | 'fraud-warning';
  /** How refunds to it end, an hour later; others succeed at once. */
  refunds?: 'succeed-late' | 'fail-late';
  /** The refusal comes when it is charged; attaching it to a customer works. */
  attachable?: boolean;
  /** What the button on the hosted page says; only some cards have one. */
  button?: string;
};

const declined = (decline_code: string, message = 'Your card was declined.'): Decline => ({
  code: 'card_declined',
  decline_code,
  message,
});

const visa = (last: string, ids: string[], more: Partial<TestCard> = {}): TestCard => ({
  number: last.length === 16 ? last : `400000000000${last}`,
  ids,
  brand: 'visa',
  funding: 'credit',
  ...more,
});

const plain = (brand: string, number: string, ids: string[], more: Partial<TestCard> = {}): TestCard => ({
  number,
  ids,
  brand,
  funding: 'credit',
  ...more,
});

const authenticated = (number: string, ids: string[], more: Partial<TestCard> = {}): TestCard =>
  visa(number, ids, { authentication: 'always', ...more });

/** All test cards that the simulator knows. */
export const testCards: TestCard[] = [
  plain('visa', '4242424242424242', ['pm_card_visa'], { button: 'Pays at once' }),
  visa('4000056655665556', ['pm_card_visa_debit'], { funding: 'debit' }),
  plain('mastercard', '5555555555554444', ['pm_card_mastercard']),
  plain('mastercard', '2223003122003222', []),
  plain('mastercard', '5200828282828210', ['pm_card_mastercard_debit'], { funding: 'debit' }),
  plain('mastercard', '5105105105105100', ['pm_card_mastercard_prepaid'], { funding: 'prepaid' }),
  plain('amex', '378282246310005', ['pm_card_amex']),
  plain('amex', '371449635398431', []),
  plain('discover', '6011111111111117', ['pm_card_discover']),
  plain('diners', '3056930009020004', ['pm_card_diners']),
  plain('jcb', '3566002020360505', ['pm_card_jcb']),
  plain('unionpay', '6200000000000005', ['pm_card_unionpay']),
  visa('0077', ['pm_card_bypassPending']),
  visa('0002', ['pm_card_chargeDeclined', 'pm_card_visa_chargeDeclined'], {
    decline: declined('generic_decline'),
    button: 'Is declined',
  }),
  visa('9995', ['pm_card_chargeDeclinedInsufficientFunds', 'pm_card_visa_chargeDeclinedInsufficientFunds'], {
    decline: declined('insufficient_funds', 'Your card has insufficient funds.'),
    button: 'Has too little money',
  }),
  visa('9987', ['pm_card_chargeDeclinedLostCard', 'pm_card_visa_chargeDeclinedLostCard'], { decline: declined('lost_card') }),
  visa('9979', ['pm_card_chargeDeclinedStolenCard', 'pm_card_visa_chargeDeclinedStolenCard'], {
    decline: declined('stolen_card'),
  }),
  visa('6975', ['pm_card_chargeDeclinedVelocityLimitExceeded', 'pm_card_visa_chargeDeclinedVelocityLimitExceeded'], {
    decline: declined(
      'card_velocity_exceeded',
      'Your card was declined for making repeated attempts too frequently or exceeding its amount limit.',
    ),
  }),
  visa('0069', ['pm_card_chargeDeclinedExpiredCard', 'pm_card_visa_chargeDeclinedExpiredCard'], {
    decline: { code: 'expired_card', message: 'Your card has expired.' },
  }),
  visa('0127', ['pm_card_chargeDeclinedIncorrectCvc', 'pm_card_visa_chargeDeclinedIncorrectCvc'], {
    decline: { code: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  }),
  visa('0119', ['pm_card_chargeDeclinedProcessingError', 'pm_card_visa_chargeDeclinedProcessingError'], {
    decline: { code: 'processing_error', message: 'An error occurred while processing your card. Try again in a little bit.' },
  }),
  visa('0341', ['pm_card_chargeCustomerFail', 'pm_card_visa_chargeCustomerFail'], {
    decline: declined('generic_decline'),
    attachable: true,
  }),
  visa('4100000000000019', ['pm_card_radarBlock'], { decline: declined('fraudulent') }),
  visa('9235', ['pm_card_riskLevelElevated']),
  authenticated('4000002760003184', ['pm_card_authenticationRequired'], { button: 'Asks for 3-D Secure' }),
  visa('4000002500003155', ['pm_card_authenticationRequiredOnSetup', 'pm_card_authenticationRequiredSetupForOffSession'], {
    authentication: 'unless-set-up',
  }),
  authenticated('4000000000003220', ['pm_card_threeDSecure2Required']),
  authenticated('4000000000003063', ['pm_card_threeDSecureRequired']),
  authenticated('4000008260003178', ['pm_card_authenticationRequiredChargeDeclinedInsufficientFunds'], {
    decline: declined('insufficient_funds', 'Your card has insufficient funds.'),
  }),
  authenticated('4000008400001629', ['pm_card_threeDSecureRequiredChargeDeclined'], { decline: declined('generic_decline') }),
  visa('3055', ['pm_card_threeDSecureOptional']),
  visa('0259', ['pm_card_createDispute'], { aftermath: 'fraud-dispute' }),
  visa('2685', ['pm_card_createDisputeProductNotReceived'], { aftermath: 'delivery-dispute' }),
  visa('1976', ['pm_card_createDisputeInquiry'], { aftermath: 'inquiry' }),
  visa('5423', ['pm_card_createIssuerFraudRecord'], { aftermath: 'fraud-warning' }),
  visa('4000004040000079', ['pm_card_createMultipleDisputes'], { aftermath: 'two-disputes' }),
  visa('7726', ['pm_card_pendingRefund'], { refunds: 'succeed-late' }),
  visa('5126', ['pm_card_refundFail'], { refunds: 'fail-late' }),
];

const byName = new Map(testCards.flatMap((card) => [card.number, ...card.ids].map((name) => [name, card] as const)));

/** The test card with that number or magic id. */
export function findTestCard(numberOrId: string): TestCard | undefined {
  return byName.get(numberOrId);
}

/** What trying a card comes to: it succeeds, wants its owner to authenticate first, or is refused. */
export type Verdict = { outcome: 'succeed' } | { outcome: 'authenticate' } | { outcome: 'decline'; decline: Decline };

/** Judges one attempt. Off session nobody is there to authenticate, so a card that insists on it is refused. */
export function judge(card: TestCard, attempt: { isAuthenticated: boolean; isOffSession: boolean; isSetUp: boolean }): Verdict {
  const asks = card.authentication === 'always' || (card.authentication === 'unless-set-up' && !attempt.isSetUp);
  if (asks && !attempt.isAuthenticated) {
    return attempt.isOffSession ? { outcome: 'decline', decline: authenticationRequired } : { outcome: 'authenticate' };
  }
  return card.decline ? { outcome: 'decline', decline: card.decline } : { outcome: 'succeed' };
}

const authenticationRequired: Decline = {
  code: 'authentication_required',
  decline_code: 'authentication_required',
  message: 'Your card was declined. This transaction requires authentication.',
};

/** Whether a payment may be tried again with the same card; these refusals are final (https://docs.stripe.com/billing/revenue-recovery/smart-retries). */
export function isHardDecline(decline: Decline): boolean {
  return ['lost_card', 'stolen_card', 'authentication_required', 'incorrect_number'].includes(
    decline.decline_code ?? decline.code,
  );
}

/** Whether the digits could be a card number at all. */
export function hasValidChecksum(number: string): boolean {
  const sum = [...number].reverse().reduce((total, digit, position) => {
    const doubled = Number(digit) * (position % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return /^\d{12,19}$/.test(number) && sum % 10 === 0;
}
