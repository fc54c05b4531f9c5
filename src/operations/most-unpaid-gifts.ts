import type { Services } from '../services.ts';

/** How many gifts may stand unpaid before the brake is on; one source alone, within its own limit, never brings it about. */
export function mostUnpaidGifts({ config }: Pick<Services, 'config'>): number {
  const { gifts_per_source_in_ten_minutes: perSource, unpaid_gifts_in_ten_minutes: most } = config.newsroom.limits;
  return most ?? 5 * perSource;
}
