// What works on the inbox, alone in its process: everything that is pending is read from Stripe and applied.
import { readFileSync } from 'node:fs';
import { loadConfig } from '../../../src/config.ts';
import { createLiveServices } from '../../../src/live-services.ts';
import { createInboxWorker } from '../../../webhooks/work-inbox.ts';

const newsroom = readFileSync(new URL('../../../newsroom.example.json', import.meta.url), 'utf8');
const live = createLiveServices(loadConfig(process.env, () => newsroom));
createInboxWorker({ ...live, stripe: live.bulkStripe }).start();
export const port = 0;
