/**
 * Fetches the page anew and puts what it says now in the place of what it said. The part with role="status" stays where it is and
 * only its words change, because that is what screen readers announce; a fresh page would begin in silence. Does nothing where the
 * page cannot be had.
 */
export async function becomeNextPage(main: HTMLElement): Promise<void> {
  const next = await fetchPage();
  const nextMain = next?.querySelector('main');
  if (!next || !nextMain) {
    return;
  }
  const hadFocus = main.contains(document.activeElement);
  document.title = next.title;
  for (const name of ['data-gift', 'data-status']) {
    const value = nextMain.getAttribute(name);
    main.toggleAttribute(name, value !== null);
    if (value !== null) {
      main.setAttribute(name, value);
    }
  }
  replaceAround(main.querySelector('[role="status"]'), nextMain.querySelector('[role="status"]'), main, nextMain);
  if (hadFocus && !main.contains(document.activeElement)) {
    const headline = main.querySelector<HTMLElement>('h1');
    headline?.setAttribute('tabindex', '-1');
    headline?.focus();
  }
}

async function fetchPage(): Promise<Document | undefined> {
  try {
    const answer = await fetch(location.href, { cache: 'no-store' });
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : undefined;
  } catch {
    return undefined;
  }
}

/** Takes over all of `nextMain`, but keeps the element `status` itself where both have one. */
function replaceAround(status: Element | null, nextStatus: Element | null, main: Element, nextMain: Element): void {
  if (!status || !nextStatus) {
    main.replaceChildren(...nextMain.childNodes);
    return;
  }
  const siblings = [...nextStatus.parentElement!.childNodes];
  const at = siblings.indexOf(nextStatus);
  for (const old of [...status.parentElement!.childNodes]) {
    if (old !== status) {
      old.remove();
    }
  }
  status.before(...siblings.slice(0, at));
  status.after(...siblings.slice(at + 1));
  status.className = nextStatus.className;
  status.replaceChildren(...nextStatus.childNodes);
}
