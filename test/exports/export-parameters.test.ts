import { describe, expect, test } from 'vitest';
import type { AppError } from '../../src/errors.ts';
import { readExportRequest } from '../../src/exports/export-parameters.ts';

const read = (report: string, given: Record<string, unknown>) => readExportRequest(report, given, 'Europe/Berlin');

function refusal(report: string, given: Record<string, unknown>): AppError {
  try {
    read(report, given);
  } catch (error) {
    return error as AppError;
  }
  throw new Error('it was taken');
}

describe('what is asked of a report', () => {
  test('may be nothing: all of it, by the day it was paid, in the newsroom’s zone, as CSV', () => {
    const { report, ...rest } = read('donations', {});
    expect(report.name).toBe('donations');
    expect(rest).toEqual({ basis: 'paid', format: 'csv', tz: 'Europe/Berlin' });
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ['donations', { from: '2026-02-30' }, ['/from']],
    ['donations', { from: '2026-1-1', before: 'tomorrow' }, ['/from', '/before']],
    ['donations', { from: '2026-02-01', before: '2026-02-01' }, ['/before']],
    ['donations', { basis: 'booked' }, ['/basis']],
    ['donations', { tz: 'Mars/Olympus' }, ['/tz']],
    ['donations', { tz: '+02:00' }, ['/tz']],
    ['donations', { format: 'xlsx' }, ['/format']],
    ['donations', { currency: 'xyz' }, ['/currency']],
    ['donations', { status: 'paid' }, ['/status']],
    ['donations', { campaign: 'a\0b' }, ['/campaign']],
    ['donations', { article: '' }, ['/article']],
    ['donations', { from: '', tz: '' }, ['/from', '/tz']],
    ['donations', { campaign: ['one', 'two'] }, ['/campaign']],
    ['donations', { as_of: '12', cursor: '3' }, ['/as_of', '/cursor']],
    ['donations', { froom: '2026-01-01', 'a/b~': '1' }, ['/froom', '/a~1b~0']],
    ['ledger', { basis: 'paid' }, ['/basis']],
    ['ledger', { as_of: '-1', cursor: '1.5' }, ['/as_of', '/cursor']],
    ['ledger', { status: 'succeeded', article: 'a', campaign: 'b' }, ['/status', '/article', '/campaign']],
    ['signups', { basis: 'paid' }, ['/basis']],
    ['signups', { status: 'succeeded' }, ['/status']],
    ['signups', { currency: 'eur', cursor: '1' }, ['/currency', '/cursor']],
  ])('is refused for %s with %j, pointing at each', (report, given, pointers) => {
    const { code, errors } = refusal(report, given);
    expect(code).toBe('export-not-possible');
    expect(errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('must be of a report that there is', () => {
    for (const name of ['nothing', 'toString', '__proto__', '../donations', '']) {
      expect(refusal(name, {}).code).toBe('export-not-found');
    }
  });

  test('says which formats there are', () => {
    expect(refusal('donations', { format: 'xlsx' }).errors?.[0]?.detail).toBe('is not there yet; there is csv, jsonl, journal');
    expect(refusal('signups', { format: 'journal' }).errors?.[0]?.detail).toBe(
      'is not there for this report; there is csv, jsonl',
    );
  });
});
