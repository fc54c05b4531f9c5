import type { FeeRate } from '../widget/config.ts';

/**
 * What to ask for so that `amount` is left after the payment fee, rounded up to a multiple of `increment`.
 * All in minor units; the division is exact (BigInt), because a sum of 12 digits times 10000 no longer fits a number.
 */
export function coverFee(amount: number, fee: FeeRate, increment: number): number {
  const needed = divideUp((BigInt(amount) + BigInt(fee.fixed)) * 10_000n, 10_000n - BigInt(fee.basis_points));
  return Number(divideUp(needed, BigInt(increment)) * BigInt(increment));
}

function divideUp(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}
