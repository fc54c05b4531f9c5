import { h } from './dom.ts';

/** One radio of a group, shown as a tile. */
export interface Tile {
  readonly value: string;
  readonly text: string;
}

/** A group of radios as tiles with one of them chosen; `onchange` is called when the reader chooses another. */
export function tiles(group: {
  name: string;
  legend: string;
  className?: string;
  tiles: readonly Tile[];
  chosen: string;
  onchange?: () => void;
}): HTMLFieldSetElement {
  return h(
    'fieldset',
    {
      class: `choices ${group.className ?? ''}`,
      role: 'radiogroup',
      'aria-label': group.legend,
      onchange: () => group.onchange?.(),
    },
    h('legend', {}, group.legend),
    ...group.tiles.map(({ value, text }) =>
      h(
        'label',
        { class: 'choice' },
        h('input', { type: 'radio', name: group.name, value, checked: value === group.chosen }),
        h('span', {}, h('bdi', {}, text)),
      ),
    ),
  );
}

/** The value that is chosen in a group of tiles. */
export function chosen(group: HTMLElement): string {
  return group.querySelector<HTMLInputElement>('input:checked')?.value ?? '';
}
