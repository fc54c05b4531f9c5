import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Services } from '../services.ts';
import type { ExportRequest } from './export-parameters.ts';
import { type ExportResult, runExport } from './run-export.ts';

/**
 * Writes a report to a file: first to FILE.part, which takes the file's name only when it is whole. `onProgress` is told how many
 * rows are written, and how many there will be.
 */
export async function exportToFile(
  services: Pick<Services, 'db' | 'exportPool' | 'replicaPool' | 'clock' | 'newId' | 'metrics' | 'log'>,
  request: ExportRequest,
  file: string,
  onProgress: (rows: number, expected: number) => void = () => {},
): Promise<ExportResult> {
  const part = `${file}.part`;
  const target = createWriteStream(part, { flags: 'w', mode: 0o600 });
  try {
    await once(target, 'open');
    let expected = 0;
    const result = await runExport(services, request, 'shell', {
      countFirst: true,
      open(start) {
        expected = Number(start.expectedRows ?? 0n);
        onProgress(0, expected);
        return target;
      },
      onProgress: (rows) => onProgress(rows, expected),
    });
    target.end();
    await once(target, 'close');
    await rename(part, file);
    return result;
  } catch (error) {
    target.destroy();
    await rm(part, { force: true });
    throw error;
  }
}
