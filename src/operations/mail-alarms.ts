import type { Trx } from '../db/database.ts';
import { type Block, layOutLetter } from '../mail/letter-layout.ts';
import { queueMail } from '../mail/queue-mail.ts';
import type { Services } from '../services.ts';
import { isolate, speak } from '../text.ts';
import type { KeptAlarm } from './alarm.ts';

/** Something begins; it goes on; all is well again. */
export type Occasion = 'begun' | 'digest' | 'over';

/** Writes to each of `ADMIN_EMAILS` about these alarms; nothing personal stands in it. */
export async function mailAlarms(trx: Trx, services: Services, occasion: Occasion, alarms: readonly KeptAlarm[]): Promise<void> {
  const { config, newId } = services;
  const letter = render(services, occasion, alarms);
  const dedupeKey = `alarm:${newId('mail')}`; // once, as it is written down with it that this was mailed
  for (const [index, to] of config.adminEmails.entries()) {
    await queueMail(trx, services, { kind: 'alarm', subjectId: occasion, dedupeKey: `${dedupeKey}:${index}`, to, ...letter });
  }
}

function render({ config }: Services, occasion: Occasion, alarms: readonly KeptAlarm[]) {
  const { locale, name } = config.newsroom;
  const say = speak(locale, 'operations');
  const title = say(`${occasion}_title`, { count: alarms.length, newsroom: isolate(locale, name) });
  const kinds = [...new Set(alarms.map(({ kind }) => kind))];
  const blocks = kinds.flatMap((kind): Block[] => [
    { kind: 'text', text: say(wordOf(kind)) },
    {
      kind: 'facts',
      facts: alarms
        .filter((alarm) => alarm.kind === kind)
        .map(({ subject, detail }) => ({ label: isolate(locale, subject), value: isolate(locale, detail) })),
    },
    ...(occasion === 'over' ? [] : [{ kind: 'fine', text: say(`${wordOf(kind)}_do`) } as const]),
  ]);
  const opening: Block = { kind: 'text', text: say(`${occasion}_opening`) };
  return { subject: title, ...layOutLetter(config, { locale, title, blocks: [opening, ...blocks] }) };
}

function wordOf(kind: string): string {
  return kind.replaceAll('-', '_');
}
