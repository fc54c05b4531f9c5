type Attributes = Record<string, string | boolean | undefined | ((event: Event) => void)>;

/** Makes an element: functions become handlers (`onclick`), true an empty attribute, false and undefined nothing; falsy children are left out. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string | false | undefined)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') {
      element.addEventListener(name.slice(2), value);
    } else if (value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.filter((child) => child !== false && child !== undefined));
  return element;
}

/** A link, or undefined where the address is none that a browser should open (a feed's `javascript:`). */
export function link(address: string | undefined, text: string, className?: string): HTMLAnchorElement | undefined {
  return address && /^https?:\/\//i.test(address) ? h('a', { href: address, class: className }, text) : undefined;
}
