import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';

const RECONNECT_DELAY_MS = 1_000;
/** TCP does not report a connection that died silently, so the listener probes its connection. */
const PROBE_EVERY_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;
const CLOSE_TIMEOUT_MS = 1_000;

export interface ListenerHandlers {
  onNotification: (payload: string) => void;
  /** Called after each connect, because notifications that PostgreSQL sent before are lost. */
  onConnected: () => void;
  onLost: (reason: string) => void;
}

export class NotificationListener {
  private client: Client | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(
    /** Asked before each connect, because the password may have changed. */
    private readonly url: () => string,
    private readonly channel: string,
    private readonly handlers: ListenerHandlers,
  ) {}

  /** Resolves after the first attempt to connect, even if that attempt failed. */
  async listen(): Promise<void> {
    if (this.isClosed) return;
    const client = new Client({
      connectionString: this.url(),
      application_name: 'kyc-gateway feed',
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
      keepAlive: true,
    });
    client.on('notification', ({ payload = '' }) => this.handlers.onNotification(payload));
    client.on('error', (error) => this.reconnect(client, error));
    client.on('end', () => this.reconnect(client));
    this.client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${this.channel}`);
    } catch (error) {
      return this.reconnect(client, error);
    }
    if (this.isClosed || this.client !== client) return;
    this.handlers.onConnected();
    this.scheduleProbe(client);
  }

  /** Replaces the connection after a change of the login. Without a connection, the next attempt uses the new login. */
  async renew(): Promise<void> {
    const { client } = this;
    if (client === null) return;
    this.client = null;
    clearTimeout(this.timer);
    client.end().catch(() => undefined);
    await this.listen();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    // A server that has vanished never acknowledges the end of the connection.
    await Promise.race([this.client?.end(), pause(CLOSE_TIMEOUT_MS, undefined, { ref: false })]);
  }

  private scheduleProbe(client: Client): void {
    this.timer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => this.scheduleProbe(client),
        (error: unknown) => this.reconnect(client, error),
      );
    }, PROBE_EVERY_MS);
    this.timer.unref();
  }

  /** A broken connection can report its end several times, and only the first report counts. */
  private reconnect(client: Client, error?: unknown): void {
    if (this.isClosed || this.client !== client) return;
    this.client = null;
    clearTimeout(this.timer);
    client.end().catch(() => undefined);
    this.handlers.onLost(error instanceof Error ? error.message : 'the connection ended');
    this.timer = setTimeout(() => void this.listen(), RECONNECT_DELAY_MS);
    this.timer.unref();
  }
}
