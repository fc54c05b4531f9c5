const patienceMs = 120_000;

/** Reloads the page of a gift (`data-gift`) as soon as its status is no longer `data-status`; gives up after two minutes. */
export async function watchGift(main: HTMLElement): Promise<void> {
  const { gift = '', status } = main.dataset;
  const room = gift.startsWith('rec_') ? 'subscriptions' : 'donations';
  if (status !== 'pending' && status !== 'processing') {
    return;
  }
  const end = performance.now() + patienceMs;
  for (let pauseMs = 2000; performance.now() + pauseMs < end; pauseMs = Math.min(pauseMs * 1.2, 15_000)) {
    await new Promise((wake) => setTimeout(wake, pauseMs));
    const now = await readStatus(`/v1/${room}/${encodeURIComponent(gift)}`);
    if (now && now !== status) {
      location.reload();
      return;
    }
  }
}

/** The status the service tells, or undefined where it cannot be asked just now: the next turn asks again. */
async function readStatus(address: string): Promise<string | undefined> {
  try {
    const answer = await fetch(address, { cache: 'no-store', credentials: 'omit' });
    return answer.ok ? (await answer.json()).status : undefined;
  } catch {
    return undefined;
  }
}
