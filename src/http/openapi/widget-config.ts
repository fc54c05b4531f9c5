import { z } from 'zod';
import type { WidgetConfig } from '../../web/widget/config.ts';

const interval = z.enum(['once', 'month', 'year']);
const minorUnits = z.int().nonnegative();
const suggested = z.array(minorUnits).readonly();

const currencyConfig = z.object({
  code: z.string(),
  digits: z.int(),
  increment: minorUnits,
  minimum: minorUnits,
  maximum: minorUnits,
  suggested: z.object({ once: suggested, month: suggested, year: suggested }),
  fee: z.object({ basis_points: minorUnits, fixed: minorUnits }).nullable(),
});

/** What `GET /v1/widget-config` answers; amounts in minor units. */
export const widgetConfigJson: z.ZodType<WidgetConfig> = z.object({
  newsroom: z.object({ name: z.string(), homepage: z.string() }),
  locale: z.string(),
  direction: z.enum(['ltr', 'rtl']),
  ask: z.boolean(),
  demo: z.boolean(),
  intervals: z.array(interval),
  currency: z.string(),
  currencies: z.array(currencyConfig),
  texts: z.record(z.string(), z.string()),
  other_articles: z.array(z.object({ title: z.string(), url: z.string() })),
  links: z.object({ donate: z.string(), terms: z.string().exactOptional(), privacy: z.string().exactOptional() }),
  newsletter: z.boolean(),
});
