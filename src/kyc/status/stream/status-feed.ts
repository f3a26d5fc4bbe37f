import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { type Observable, Subject } from 'rxjs';
import { Secrets } from '../../../config/secrets.ts';
import { NotificationListener } from '../../../database/notification-listener.ts';
import { type Announcement, readAnnouncement, STATUS_CHANNEL } from '../../store/status-channel.ts';

/** Most connections return within this time, and then no client needs to notice. */
const GRACE_MS = 3_000;

@Injectable()
export class StatusFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(StatusFeed.name);
  private readonly subject = new Subject<Announcement>();
  private readonly lossSubject = new Subject<void>();
  private readonly listener: NotificationListener;
  private grace: NodeJS.Timeout | undefined;
  private isLost = false;

  constructor(secrets: Secrets) {
    this.listener = new NotificationListener(() => secrets.current.database.url, STATUS_CHANNEL, {
      onNotification: (payload) => this.subject.next(readAnnouncement(payload)),
      onConnected: () => this.onConnected(),
      onLost: (reason) => this.onLost(reason),
    });
    secrets.watch(
      ({ database }) => database.url,
      () => void this.listener.renew(),
    );
  }

  /** False if changes have not been announced for seconds, because PostgreSQL cannot be reached. */
  get isAvailable(): boolean {
    return !this.isLost;
  }

  /** Emits each time that the feed stops being available. */
  get losses(): Observable<void> {
    return this.lossSubject;
  }

  get announcements(): Observable<Announcement> {
    return this.subject;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.listen();
  }

  async onModuleDestroy(): Promise<void> {
    this.subject.complete();
    clearTimeout(this.grace);
    await this.listener.close();
  }

  private onConnected(): void {
    clearTimeout(this.grace);
    this.grace = undefined;
    this.isLost = false;
    // Any status may have changed while no connection existed.
    this.subject.next('all');
  }

  /** The listener reports each attempt to reconnect that fails. */
  private onLost(reason: string): void {
    this.logger.warn({ event: 'stream.feed_lost', reason });
    this.grace ??= setTimeout(() => {
      this.isLost = true;
      this.lossSubject.next();
    }, GRACE_MS).unref();
  }
}
