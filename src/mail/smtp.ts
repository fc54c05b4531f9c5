import nodemailer from 'nodemailer';
import { parseSender, refuseUnsafeHeaders } from './headers.ts';
import { MailRefusedError, type SendMail } from './send-mail.ts';

const secondsToConnect = 10;
const secondsOfSilence = 30;
const secondsInAll = 60;

/**
 * Sends over SMTP, with connections that are kept for a while. Throws a MailRefusedError where the letter will never be taken (unsafe
 * headers, or a 5xx to its address: RFC 5321, 4.2.1), and whatever went wrong otherwise. Nothing is tried twice in here.
 */
export function createSendMail({ smtpUrl, from }: { smtpUrl: string; from: string }): SendMail & { close(): void } {
  const sender = parseSender(from);
  const transport = nodemailer.createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 3,
    maxRequeues: 0, // the pool cannot know whether a letter on a connection that broke was taken
    idleTimeout: 20_000,
    dnsTimeout: secondsToConnect * 1000,
    connectionTimeout: secondsToConnect * 1000,
    greetingTimeout: secondsToConnect * 1000,
    socketTimeout: secondsOfSilence * 1000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const send: SendMail = async (letter) => {
    refuseUnsafeHeaders(letter);
    try {
      await transport.sendMail({
        from: { name: sender.name, address: sender.address },
        to: { name: '', address: letter.to },
        envelope: { from: sender.address, to: [letter.to] },
        subject: letter.subject,
        text: letter.text,
        html: letter.html,
        messageId: letter.messageId,
        headers: { 'Auto-Submitted': 'auto-generated', ...unfolded(letter.headers) },
        signal: AbortSignal.timeout(secondsInAll * 1000),
      });
    } catch (error) {
      throw isRefusal(error) ? new MailRefusedError('address') : error;
    }
  };
  return Object.assign(send, { close: () => transport.close() });
}

/** Addresses in a List-Unsubscribe must not be broken over lines or encoded. */
function unfolded(headers: Record<string, string>): Record<string, { prepared: true; value: string }> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, { prepared: true, value }]));
}

/** A 5xx to the recipient; one to the sender, the login or the letter may be a setting that somebody mends. */
function isRefusal(error: unknown): boolean {
  const { command, permanent } = error as { command?: string; permanent?: boolean };
  return command === 'RCPT TO' && permanent === true;
}
