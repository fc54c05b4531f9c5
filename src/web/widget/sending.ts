import { h } from './dom.ts';
import { say, type Visit } from './visit.ts';

/** What a form shows while and after it is sent. */
export interface Sending {
  /** Holds the button, the progress and the failure, in this order. */
  readonly element: HTMLElement;
  /** False while an earlier request is still on its way: then nothing begins. */
  readonly begin: () => boolean;
  /** The form can be used again; a failure is announced and stays in view. */
  readonly end: (failure?: string) => void;
  /** Says how it goes on, while the form stays closed. */
  readonly progress: (...children: (Node | string | undefined)[]) => void;
}

/** The button of a form together with what is said about sending it. */
export function sending(visit: Visit, button: HTMLButtonElement): Sending {
  const status = h('p', { class: 'fine status', role: 'status' });
  const alert = h('p', { class: 'notice problem', role: 'alert', dir: 'auto' });
  const element = h('div', { class: 'form' }, button, status, alert);
  const busy = (is: boolean) => {
    button.disabled = is;
    element.closest('form')?.setAttribute('aria-busy', String(is));
  };
  return {
    element,
    begin() {
      if (button.disabled) {
        return false;
      }
      busy(true);
      alert.textContent = '';
      status.textContent = say(visit, 'sending');
      return true;
    },
    end(failure = '') {
      const lostFocus = !(element.getRootNode() as ShadowRoot).activeElement;
      busy(false);
      status.textContent = '';
      alert.textContent = failure;
      if (failure && lostFocus) {
        button.focus({ preventScroll: true });
      }
    },
    progress: (...children) => status.replaceChildren(...children.filter((child) => child !== undefined)),
  };
}
