/** A letter with both parts; headers beyond the usual ones by name. */
export type Letter = {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  readonly messageId: string;
  readonly headers: Record<string, string>;
};

/** Hands a letter to the mail server; resolves when the server has taken it, throws when it has not. */
export type SendMail = (letter: Letter) => Promise<void>;

/** This letter will never be taken: its address does not exist, or one of its headers would be another header. */
export class MailRefusedError extends Error {
  readonly code: 'address' | 'header';
  constructor(code: MailRefusedError['code']) {
    super(`mail refused: ${code}`);
    this.name = 'MailRefusedError';
    this.code = code;
  }
}
