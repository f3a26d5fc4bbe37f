import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Client } from 'pg';

/** When a server connection returns to the pool: when its client disconnects, or after each transaction. */
export type PoolMode = 'session' | 'transaction';

/** The idle server connection that is used next: the one that was used last, or the one that was used first. */
export type PoolOrder = 'last' | 'first';

/**
 * A small PgBouncer without `server_reset_query`: clients share connections to PostgreSQL. Like PgBouncer, it does not
 * pass on the parameters with which a client starts.
 */
export interface Pooler {
  url: string;
  close(): Promise<void>;
}

interface Server {
  socket: Socket;
  onMessage: (type: string, message: Buffer) => void;
}

const SSL_REQUEST = 80_877_103;
/** AuthenticationOk, BackendKeyData and ReadyForQuery. */
const WELCOME = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('K', Buffer.alloc(8)),
  message('Z', Buffer.from('I')),
]);

export async function openPooler(
  databaseUrl: string,
  mode: PoolMode,
  { order = 'last', size = 40 }: { order?: PoolOrder; size?: number } = {},
): Promise<Pooler> {
  const idle: Server[] = [];
  const waiting: ((server: Server) => void)[] = [];
  const sockets = new Set<Socket>();
  let opened = 0;

  const acquire = async (): Promise<Server> => {
    const server = order === 'last' ? idle.pop() : idle.shift();
    if (server !== undefined) return server;
    if (opened >= size) return new Promise((resolve) => waiting.push(resolve));
    opened += 1;
    const connected = await connectTo(databaseUrl);
    sockets.add(connected.socket);
    return connected;
  };
  const release = (server: Server) => {
    const next = waiting.shift();
    if (next === undefined) idle.push(server);
    else next(server);
  };

  const listener = createServer((client) => {
    sockets.add(client);
    let server: Server | undefined;
    let acquiring: Promise<unknown> | undefined;
    let unsent: Buffer[] = [];
    let pending = 0;
    let isStarted = false;

    const forward = (server_: Server) => {
      server = server_;
      acquiring = undefined;
      server.onMessage = (type, bytes) => {
        client.write(bytes);
        if (type !== 'Z') return;
        pending -= 1;
        const isInTransaction = bytes.toString('latin1', 5) !== 'I';
        if (mode === 'session' || pending > 0 || isInTransaction) return;
        server = undefined;
        release(server_);
      };
      for (const bytes of unsent) server.socket.write(bytes);
      unsent = [];
    };
    const split = splitter((type, bytes) => {
      if (type === 'X') return;
      // PostgreSQL answers a query and a Sync with one ReadyForQuery each.
      if (type === 'Q' || type === 'S') pending += 1;
      if (server !== undefined) return void server.socket.write(bytes);
      unsent.push(bytes);
      acquiring ??= acquire().then(forward);
    });
    client.on('data', (bytes) => {
      if (isStarted) return split(bytes);
      if (bytes.readInt32BE(4) === SSL_REQUEST) return void client.write('N');
      isStarted = true;
      client.write(WELCOME);
    });
    client.on('error', () => undefined);
    client.on('close', () => {
      if (server === undefined) return;
      server.onMessage = () => undefined;
      release(server);
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  return {
    url: url.href,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => listener.close(() => resolve()));
    },
  };
}

/** The driver authenticates. Then the pooler takes its socket. */
async function connectTo(databaseUrl: string): Promise<Server> {
  const client = new Client(databaseUrl);
  client.on('error', () => undefined);
  await client.connect();
  const { stream: socket } = (client as unknown as { connection: { stream: Socket } }).connection;
  socket.removeAllListeners('data');
  const server: Server = { socket, onMessage: () => undefined };
  socket.on(
    'data',
    splitter((type, bytes) => server.onMessage(type, bytes)),
  );
  return server;
}

/** Returns a consumer of bytes, which calls back with each complete message of the protocol. */
function splitter(onMessage: (type: string, message: Buffer) => void): (bytes: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5 && rest.length > rest.readInt32BE(1)) {
      const end = rest.readInt32BE(1) + 1;
      const whole = rest.subarray(0, end);
      rest = rest.subarray(end);
      onMessage(whole.toString('latin1', 0, 1), whole);
    }
  };
}

function message(type: string, body: Buffer): Buffer {
  const head = Buffer.from(`${type}0000`);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
