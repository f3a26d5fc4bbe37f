import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * A proxy between one replica and PostgreSQL. It can drop the response to a COMMIT, so that the database has
 * committed but the replica does not receive the result.
 */
export interface CommitGate {
  url: string;
  /**
   * Forwards the next COMMIT of the application, and then drops everything on every connection, including all
   * responses. Resolves when that COMMIT was forwarded.
   */
  shutAfterCommit(applicationName: string): Promise<void>;
  close(): Promise<void>;
}

export async function openCommitGate(databaseUrl: string): Promise<CommitGate> {
  const target = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const gate = { awaits: null as string | null, isShut: false, shut: Promise.withResolvers<void>() };

  const server = createServer((replica) => {
    const database = connect(Number(target.port), target.hostname);
    for (const end of [replica, database]) {
      sockets.add(end);
      end.on('error', () => undefined);
      end.on('close', () => [replica, database].forEach((each) => each.destroy()));
    }
    const readMessages = createMessageReader();
    let application = '';
    replica.on('data', (bytes) => {
      for (const { message, asStartup, asQuery } of readMessages(bytes)) {
        if (gate.isShut) return;
        application = asStartup?.['application_name'] ?? application;
        gate.isShut = asQuery === 'COMMIT' && application === gate.awaits;
        const handedOn = gate.isShut ? gate.shut.resolve : () => undefined;
        database.write(message, () => handedOn());
      }
    });
    database.on('data', (bytes) => {
      if (!gate.isShut) replica.write(bytes);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url: url.href,
    shutAfterCommit(applicationName) {
      gate.awaits = applicationName;
      return gate.shut.promise;
    },
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

interface ClientMessage {
  message: Buffer;
  /** The parameters of the startup message, which comes first and has no type byte. */
  asStartup?: Record<string, string>;
  /** The text of a simple query. */
  asQuery?: string;
}

/** Splits the bytes of a PostgreSQL client into messages (protocol 3.0, unencrypted). */
function createMessageReader(): (bytes: Buffer) => ClientMessage[] {
  let rest = Buffer.alloc(0);
  let hasStarted = false;
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    const messages: ClientMessage[] = [];
    for (;;) {
      const typeLength = hasStarted ? 1 : 0;
      if (rest.length < typeLength + 4) return messages;
      const length = typeLength + rest.readInt32BE(typeLength);
      if (rest.length < length) return messages;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      if (!hasStarted) messages.push({ message, asStartup: parametersOf(message.subarray(8)) });
      else if (message[0] === 'Q'.charCodeAt(0)) {
        messages.push({ message, asQuery: message.subarray(5, -1).toString() });
      } else messages.push({ message });
      hasStarted = true;
    }
  };
}

function parametersOf(list: Buffer): Record<string, string> {
  const fields = list.toString().split('\0');
  const names = fields.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(names.map((name, index) => [name, fields[index * 2 + 1] ?? '']));
}
