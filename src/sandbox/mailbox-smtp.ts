import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import type { Faults } from './mailbox-faults.ts';
import { type Messages, toMessage } from './mailbox-messages.ts';

type Callback = (error?: Error | null, message?: string) => void;

const maximumBytes = 25 * 1024 * 1024;

/** A mail server that takes mail to anybody without a password, and keeps it before it says so. */
export function createSmtpServer(messages: Messages, faults: Faults): { server: SMTPServer; destroy(): void } {
  const sockets = new Set<Socket>();
  const refuse = (callback: Callback) =>
    callback(faults.strikes('refuse') ? Object.assign(new Error('The mail server is down'), { responseCode: 421 }) : null);

  const server = new SMTPServer({
    banner: 'Gratis demo mailbox',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    size: maximumBytes,
    onConnect: (_session, callback) => refuse(callback),
    onMailFrom: (_address, _session, callback) => refuse(callback),
    onData: (stream, session, callback) => {
      receive(stream, session).then(() => acknowledge(session, callback), callback);
    },
  });

  async function receive(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<void> {
    const raw = await buffer(stream);
    if (stream.sizeExceeded) {
      throw Object.assign(new Error('The message is too large'), { responseCode: 552 });
    }
    messages.add(
      await toMessage(
        raw,
        envelope.rcptTo.map(({ address }) => address),
      ),
    );
  }

  function acknowledge({ remotePort }: SMTPServerSession, callback: Callback): void {
    if (faults.strikes('drop-after-data')) {
      for (const socket of sockets) {
        if (socket.remotePort === remotePort) {
          socket.destroy();
        }
      }
    } else if (faults.strikes('hold-after-data')) {
      faults.hold(() => callback(null));
    } else {
      callback(null);
    }
  }

  server.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('error', () => {}); // a client that cuts its connection is no reason to end
  const destroy = () => sockets.forEach((socket) => void socket.destroy());
  return { server, destroy };
}
