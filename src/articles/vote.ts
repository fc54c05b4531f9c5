import { createHmac } from 'node:crypto';
import { withoutQuery } from '../article-address.ts';
import { getVisitorSalt } from '../db/visitor-salt.ts';
import { dayOf } from '../period.ts';
import type { Services } from '../services.ts';

/** Whether an article helped. `source` and `agent` tell visitors of a day apart and are not kept. */
export type Vote = {
  readonly source: string;
  readonly agent: string;
  /** As `toArticleAddress` spells it. */
  readonly articleUrl: string;
  readonly articleId?: string | undefined;
  readonly helpful: boolean;
  readonly comment?: string | undefined;
};

/** Counts a visitor's vote on an article; a second one of the same day takes the place of the first. */
export async function castVote({ db, clock, config }: Pick<Services, 'db' | 'clock' | 'config'>, vote: Vote): Promise<void> {
  const now = clock.now();
  const { time_zone } = config.newsroom;
  const salt = await getVisitorSalt(db, now, time_zone);
  const said = { article_id: vote.articleId ?? null, helpful: vote.helpful, comment: vote.comment || null, voted_at: now };
  await db
    .insertInto('votes')
    .values({
      day: dayOf(now, time_zone),
      visitor_hash: createHmac('sha256', salt).update(`${vote.source}\0${vote.agent}`).digest(),
      article_url: withoutQuery(vote.articleUrl),
      ...said,
    })
    .onConflict((conflict) => conflict.columns(['day', 'visitor_hash', 'article_url']).doUpdateSet(said))
    .execute();
}
