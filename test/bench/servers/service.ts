// The whole service, exactly as `npm run serve` starts it, in the process that is measured.
import { readFileSync } from 'node:fs';
import { loadConfig } from '../../../src/config.ts';
import { createLiveServices } from '../../../src/live-services.ts';
import { startService } from '../../../src/serve.ts';

const newsroom = JSON.parse(readFileSync(new URL('../../../newsroom.example.json', import.meta.url), 'utf8'));
newsroom.limits.unpaid_gifts_in_ten_minutes = 1_000_000; // nobody pays here: the brake would stop the measure
const config = loadConfig(process.env, () => JSON.stringify(newsroom));
export const { port } = await startService(createLiveServices(config));
