import type { ExportRequest } from './export-parameters.ts';

/** A name for the file of an export, in ASCII: donations-from-2026-01-01-before-2026-02-01.csv. */
export function fileNameOf({ report, format, from, before, as_of, cursor }: ExportRequest): string {
  const parts = [
    report.name,
    ...(from ? ['from', from] : []),
    ...(before ? ['before', before] : []),
    ...(cursor ? ['after', cursor] : []),
    ...(as_of ? ['as-of', as_of] : []),
  ];
  return `${parts.join('-')}.${format}`;
}
