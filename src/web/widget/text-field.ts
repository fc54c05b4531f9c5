import { h } from './dom.ts';

/** One line to type into, with its label, hint and error. */
export interface TextField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  readonly label: HTMLLabelElement;
  readonly hint: HTMLElement;
  /** Says what is wrong and moves the focus there; an empty string takes it back and leaves the focus. */
  readonly refuse: (error: string) => void;
}

/** A field named `name`, which is unique in the widget; typing takes its error back. */
export function textField(name: string, attributes: Record<string, string>): TextField {
  const label = h('label', { for: name });
  const hint = h('p', { class: 'hint', id: `${name}-hint` });
  const error = h('p', { class: 'error', id: `${name}-error`, dir: 'auto' });
  const input = h('input', {
    id: name,
    name,
    'aria-describedby': `${hint.id} ${error.id}`,
    oninput: () => refuse(''),
    ...attributes,
  });
  const refuse = (text: string) => {
    error.textContent = text;
    input.setAttribute('aria-invalid', String(text !== ''));
    if (text) {
      input.focus();
    }
  };
  return { element: h('div', { class: 'field' }, label, hint, input, error), input, label, hint, refuse };
}
