import type en from '../../texts/en/widget.json';
import type { Article } from './article.ts';
import type { CurrencyConfig, WidgetConfig } from './config.ts';

/** The name of a text in `src/texts/<locale>/widget.json`. */
export type TextKey = keyof typeof en;

/** One widget on one page: what every step needs. */
export interface Visit {
  readonly config: WidgetConfig;
  readonly article: Article;
  readonly campaign?: string;
  readonly placement?: string;
  /** The currency to begin with. */
  readonly currency: CurrencyConfig;
  /** Puts a step in the place of the present one and moves the focus to its heading. */
  readonly go: (step: HTMLElement) => void;
  /** Says something without moving the focus; an empty string takes it back. */
  readonly tell: (text: string) => void;
}

/** The text in the reader's language, with its `{name}` places filled; from right to left each value keeps its own direction. */
export function say(visit: Visit, key: TextKey, values: Record<string, string> = {}): string {
  const [before, after] = visit.config.direction === 'rtl' ? ['\u2068', '\u2069'] : ['', '']; // Unicode's isolates
  return (visit.config.texts[key] ?? '').replace(/\{(\w+)\}/g, (place, name) =>
    values[name] === undefined ? place : before + values[name] + after,
  );
}
