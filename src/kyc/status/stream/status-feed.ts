import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Client } from 'pg';
import { type Observable, Subject } from 'rxjs';
import type { GatewayConfig } from '../../../config/gateway.config.ts';
import { type Announcement, readAnnouncement, STATUS_CHANNEL } from '../../store/status-channel.ts';

const PAUSE_MS = 1_000;
/** A connection that died without a word is noticed by asking. */
const PROBE_EVERY_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;
const FAREWELL_MS = 1_000;

/** What PostgreSQL announces, whichever replica it happened on: one connection of its own, opened again when it breaks. */
@Injectable()
export class StatusFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(StatusFeed.name);
  private readonly subject = new Subject<Announcement>();
  private readonly url: string;
  private client: Client | null = null;
  private timer: NodeJS.Timeout | undefined;
  private isEnding = false;

  constructor(config: ConfigService<GatewayConfig, true>) {
    this.url = config.get('database', { infer: true }).url;
  }

  get announcements(): Observable<Announcement> {
    return this.subject;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listen();
  }

  async onModuleDestroy(): Promise<void> {
    this.isEnding = true;
    clearTimeout(this.timer);
    this.subject.complete();
    // A database that has vanished never answers the farewell.
    await Promise.race([this.client?.end(), pause(FAREWELL_MS, undefined, { ref: false })]);
  }

  private async listen(): Promise<void> {
    const client = new Client({
      connectionString: this.url,
      application_name: 'kyc-gateway feed',
      connectionTimeoutMillis: PROBE_TIMEOUT_MS,
      query_timeout: PROBE_TIMEOUT_MS,
      keepAlive: true,
    });
    client.on('notification', ({ payload = '' }) => this.subject.next(readAnnouncement(payload)));
    client.on('error', (error) => this.reopen(client, error));
    client.on('end', () => this.reopen(client));
    this.client = client;
    try {
      await client.connect();
      await client.query(`LISTEN ${STATUS_CHANNEL}`);
    } catch (error) {
      return this.reopen(client, error);
    }
    // What was announced while nobody listened is made up for.
    this.subject.next('all');
    this.probeLater(client);
  }

  private probeLater(client: Client): void {
    this.timer = setTimeout(() => {
      client.query('SELECT 1').then(
        () => this.probeLater(client),
        (error: unknown) => this.reopen(client, error),
      );
    }, PROBE_EVERY_MS);
    this.timer.unref();
  }

  /** Of the several ways in which one connection reports its end, the first counts. */
  private reopen(client: Client, error?: unknown): void {
    if (this.isEnding || this.client !== client) return;
    this.client = null;
    clearTimeout(this.timer);
    client.end().catch(() => undefined);
    const reason = error instanceof Error ? error.message : 'the connection ended';
    this.logger.warn({ event: 'stream.feed_lost', reason });
    this.timer = setTimeout(() => void this.listen(), PAUSE_MS);
    this.timer.unref();
  }
}
