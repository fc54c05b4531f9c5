import { workOut } from '../proof/work-out.ts';

/** Where the form came back with a challenge, works at it and sends the form once more. Without JavaScript waiting does the same. */
export async function proveForm(form: HTMLFormElement): Promise<void> {
  const proof = form.querySelector<HTMLInputElement>('input[name="proof"]');
  const worked = proof && (await workOut(proof.value));
  if (worked) {
    proof.value = worked;
    form.requestSubmit();
  }
}
