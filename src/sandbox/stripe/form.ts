/** A decoded form: text, lists and groups, as deep as the names say. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };

type Group = { [name: string]: FormValue };

/** Decodes `a[0][b]=1&c[]=2` as Stripe does: bracketed numbers make lists, an empty bracket appends. */
export function decodeForm(encoded: string): Group {
  const root = emptyGroup();
  for (const [name, value] of new URLSearchParams(encoded)) {
    place(root, pathOf(name), value);
  }
  return listsInside(root) as Group;
}

function pathOf(name: string): string[] {
  const head = name.split('[', 1)[0] ?? '';
  const inside = [...name.slice(head.length).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '');
  return [head, ...inside];
}

function place(root: Group, path: string[], value: string): void {
  let group = root;
  for (const [position, raw] of path.entries()) {
    const name = raw === '' && position > 0 ? String(Object.keys(group).length) : raw;
    if (position === path.length - 1) {
      group[name] = value;
      return;
    }
    if (typeof group[name] !== 'object') {
      group[name] = emptyGroup();
    }
    group = group[name] as Group;
  }
}

function listsInside(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) {
    return value;
  }
  const names = Object.keys(value);
  const inner = names.map((name) => listsInside(value[name]!));
  if (names.length > 0 && names.every((name) => /^\d+$/.test(name))) {
    return inner;
  }
  return Object.assign(emptyGroup(), Object.fromEntries(names.map((name, position) => [name, inner[position]])));
}

/** Without a prototype, so that a field called `__proto__` is only a name. */
function emptyGroup(): Group {
  return Object.create(null) as Group;
}
