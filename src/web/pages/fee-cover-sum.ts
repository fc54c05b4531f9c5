import { coverFee } from '../money/fee-cover.ts';
import { formatAmount } from '../money/format-amount.ts';
import { parseAmount } from '../money/parse-amount.ts';

/** Keeps the exact sum with fees beside the fee check of /donate's form; says nothing where there is no fee rate or no amount yet. */
export function showFeeCover(form: HTMLFormElement): void {
  const output = form.querySelector<HTMLOutputElement>('output.sum');
  const { feeBasisPoints, feeFixed, currency = '', locale = 'en' } = form.dataset;
  if (!output || !feeBasisPoints || !feeFixed) {
    return;
  }
  const digits = Number(form.dataset.digits);
  const fee = { basis_points: Number(feeBasisPoints), fixed: Number(feeFixed) };
  const show = () => {
    const amount = chosenAmount(new FormData(form), digits, locale);
    const total = amount && coverFee(amount, fee, Number(form.dataset.increment ?? 1));
    const text = total ? formatAmount(total, { code: currency, digits }, locale) : '';
    output.value = text && (output.dataset.text ?? '{total}').replace('{total}', text);
  };
  form.addEventListener('input', show);
  addEventListener('pageshow', show);
}

/** The chosen interval's amount in minor units, or undefined while it cannot be read. */
function chosenAmount(data: FormData, digits: number, locale: string): number | undefined {
  const chosen = String(data.get(`amount_${data.get('interval')}`));
  if (chosen !== 'own') {
    return Number(chosen) || undefined;
  }
  const parsed = parseAmount(String(data.get('own_amount') ?? ''), digits, locale);
  return parsed.error ? undefined : parsed.minor;
}
