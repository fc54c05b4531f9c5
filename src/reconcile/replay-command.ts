import { replayEvents, retryJobs } from '../../webhooks/replay.ts';
import type { Services } from '../services.ts';
import { readSince } from './read-since.ts';

/** What was typed after `npm run replay --`. */
export type ReplayWords = { id: string | undefined; dead?: boolean; since?: string };

/**
 * `replay <evt_…|--dead|--since …>`: stored events are worked on again; with `--dead` also the jobs that were given up. Answers what was
 * done, in a sentence. Throws an Error for what cannot be understood, and where there is no such event.
 */
export async function replayCommand(services: Services, { id, dead, since }: ReplayWords): Promise<string> {
  if ([id, dead, since].filter(Boolean).length !== 1) {
    throw new Error('one of an event’s id, --dead or --since is needed');
  }
  if (dead) {
    const [events, jobs] = [await replayEvents(services, { dead }), await retryJobs(services)];
    return `${events} events and ${jobs} jobs are tried again`;
  }
  const count = await replayEvents(services, id ? { id } : { since: readSince(services, since!) });
  if (id && count === 0) {
    throw new Error('there is no stored event of this id that names an object');
  }
  return `${count} events are worked on again`;
}
