import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import type { Database, Pool } from './db/database.ts';
import type { NewId } from './id.ts';
import type { Log } from './log.ts';
import type { SendMail } from './mail/send-mail.ts';
import type { Metrics } from './metrics.ts';
import type { StripeGateway } from './stripe/gateway.ts';

/** What a use case may reach for; live-services.ts makes the real ones. */
export type Services = {
  readonly config: Config;
  readonly db: Database;
  /** Connections for long reads, apart from all others. */
  readonly exportPool: Pool;
  /** The same to a replica, where there is one. */
  readonly replicaPool?: Pool | undefined;
  readonly clock: Clock;
  readonly newId: NewId;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly stripe: StripeGateway;
  readonly sendMail: SendMail;
  /** History is read: a gift that did not begin here gets no receipt, and nobody is written to about it. */
  readonly withoutLetters?: boolean;
  /** A restored backup catches up: what is written now was mailed before, and is only put down as that. */
  readonly mailsWereSent?: boolean;
};
