import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { type Observable, Subject } from 'rxjs';
import type { GatewayConfig } from '../../../config/gateway.config.ts';
import { NotificationListener } from '../../../database/notification-listener.ts';
import { type Announcement, readAnnouncement, STATUS_CHANNEL } from '../../store/status-channel.ts';

@Injectable()
export class StatusFeed implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(StatusFeed.name);
  private readonly subject = new Subject<Announcement>();
  private readonly listener: NotificationListener;

  constructor(config: ConfigService<GatewayConfig, true>) {
    this.listener = new NotificationListener(config.get('database', { infer: true }).url, STATUS_CHANNEL, {
      onNotification: (payload) => this.subject.next(readAnnouncement(payload)),
      // Any status may have changed while this replica had no connection.
      onConnected: () => this.subject.next('all'),
      onLost: (reason) => this.logger.warn({ event: 'stream.feed_lost', reason }),
    });
  }

  get announcements(): Observable<Announcement> {
    return this.subject;
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.listen();
  }

  async onModuleDestroy(): Promise<void> {
    this.subject.complete();
    await this.listener.close();
  }
}
