import { readArticle } from './article.ts';
import type { WidgetConfig } from './config.ts';
import { h } from './dom.ts';
import { question } from './question.ts';
import { ask } from './service.ts';
import { kicker } from './step.ts';
import type { Visit } from './visit.ts';
import css from './widget.css?inline';

const sheet = new CSSStyleSheet();
sheet.replaceSync(css);

/** `<gratis-ask>`: asks whether the article helped, then for a gift. Until the service has answered its own child, a plain link, shows. */
class GratisAsk extends HTMLElement {
  #box = h('section', { class: 'box' }, h('slot'));

  connectedCallback(): void {
    if (this.shadowRoot) {
      return;
    }
    const root = this.attachShadow({ mode: 'open' });
    root.adoptedStyleSheets = [sheet];
    root.append(this.#box);
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const article = readArticle(this);
    const query = new URLSearchParams({ article: article.url, locale: this.getAttribute('locale') || navigator.language });
    const answer = await ask<WidgetConfig>('GET', `/v1/widget-config?${query}`);
    if (answer.ok && answer.body.texts) {
      this.#open(answer.body as WidgetConfig, article);
    }
  }

  #open(config: WidgetConfig, article: Visit['article']): void {
    const place = h('div');
    const status = h('p', { class: 'fine status', role: 'status' });
    const wanted = [this.getAttribute('currency')?.toLowerCase(), config.currency];
    const visit: Visit = {
      config,
      article,
      campaign: this.getAttribute('campaign') || undefined,
      placement: this.getAttribute('placement') || undefined,
      currency: wanted.map((code) => config.currencies.find((each) => each.code === code)).find(Boolean) ?? config.currencies[0]!,
      go(step) {
        place.replaceChildren(step);
        step.querySelector<HTMLElement>('.headline')?.focus();
      },
      tell(text) {
        status.textContent = text;
      },
    };
    this.#box.lang = config.locale;
    this.#box.dir = config.direction;
    this.#box.setAttribute('aria-labelledby', 'headline');
    place.append(question(visit));
    this.#box.replaceChildren(kicker(visit), status, place);
  }
}

if (!customElements.get('gratis-ask')) {
  customElements.define('gratis-ask', GratisAsk);
}
