import { becomeNextPage } from './next-page.ts';

const patienceMs = 120_000;

/** Makes a page that waits for a gift (`data-gift`) the next one as soon as its status is no longer `data-status`; gives up after two minutes. */
export async function watchGift(main: HTMLElement): Promise<void> {
  const end = performance.now() + patienceMs;
  for (let pauseMs = 2000; main.dataset.gift && performance.now() + pauseMs < end; pauseMs = Math.min(pauseMs * 1.2, 15_000)) {
    await new Promise((wake) => setTimeout(wake, pauseMs));
    const { gift, status } = main.dataset;
    const now = await readStatus(gift);
    if (now && now !== status) {
      await becomeNextPage(main);
    }
  }
}

/** The status the service tells, or undefined where it cannot be asked just now: the next turn asks again. */
async function readStatus(gift: string): Promise<string | undefined> {
  const room = gift.startsWith('rec_') ? 'subscriptions' : 'donations';
  try {
    const answer = await fetch(`/v1/${room}/${encodeURIComponent(gift)}`, { cache: 'no-store', credentials: 'omit' });
    return answer.ok ? (await answer.json()).status : undefined;
  } catch {
    return undefined;
  }
}
