import { dayOf } from '../period.ts';

/** The day on which a journal stands in the books: the day it happened in the newsroom's time zone, `YYYY-MM-DD`. */
export function bookingDay(occurredAt: Date, timeZone: string): string {
  return dayOf(occurredAt, timeZone);
}
