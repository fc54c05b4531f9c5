import { type Figure, isWithin } from './measure.ts';

/** What came out of one measure. */
export type Outcome = { name: string; title: string; figures: Figure[] };

/** All figures as lines for a terminal; a limit that is missed is marked. */
export function toTable(outcomes: Outcome[]): string {
  return outcomes.map(({ title, figures }) => [title, ...figures.map(toLine)].join('\n')).join('\n\n');
}

function toLine(figure: Figure): string {
  const { what, value, unit, limit } = figure;
  const wanted = limit && ('most' in limit ? `at most ${toText(limit.most)}` : `at least ${toText(limit.least)}`);
  const mark = limit ? (isWithin(figure) ? 'ok    ' : 'MISSED') : '      ';
  return `  ${mark} ${what.padEnd(52)} ${`${toText(value)} ${unit}`.padStart(18)}  ${wanted ?? ''}`.trimEnd();
}

function toText(value: number): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 3;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}
