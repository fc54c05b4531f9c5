import fc from 'fast-check';
import { expect, test } from 'vitest';
import { coverFee } from '../../src/web/money/fee-cover.ts';

const rates = fc.record({ basis_points: fc.integer({ min: 0, max: 2000 }), fixed: fc.integer({ min: 0, max: 5000 }) });
const amounts = fc.integer({ min: 1, max: 999_999_999_999 });
const increments = fc.constantFrom(1, 5, 10, 100);

test('asks for the sum that leaves the amount after the fee', () => {
  expect(coverFee(1000, { basis_points: 150, fixed: 25 }, 1)).toBe(1041);
  expect(coverFee(1000, { basis_points: 0, fixed: 0 }, 1)).toBe(1000);
  expect(coverFee(1000, { basis_points: 150, fixed: 25 }, 100)).toBe(1100);
});

test('is the smallest multiple of the increment that leaves at least the amount', () => {
  fc.assert(
    fc.property(amounts, rates, increments, (amount, fee, increment) => {
      const total = BigInt(coverFee(amount, fee, increment));
      const isEnough = (sum: bigint) => sum * BigInt(10_000 - fee.basis_points) >= (BigInt(amount) + BigInt(fee.fixed)) * 10_000n;
      expect(total % BigInt(increment)).toBe(0n);
      expect(isEnough(total)).toBe(true);
      expect(isEnough(total - BigInt(increment))).toBe(false);
    }),
  );
});
