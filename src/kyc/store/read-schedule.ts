import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../../config/gateway.config.ts';

const LONGEST_PAUSE_MS = 24 * 60 * 60 * 1_000;

/** Decides when a session that sends no webhooks is read at its provider: each pause is twice the last, up to a day. */
@Injectable()
export class ReadSchedule {
  private readonly firstPauseMs: number;

  constructor(config: ConfigService<GatewayConfig, true>) {
    this.firstPauseMs = config.get('kyc', { infer: true }).reconcileAfterSeconds * 1_000;
  }

  /**
   * @param reads how many times the session was read since its last change
   * @param expiresAt the session is read then at the latest, because a provider may send no event about its expiry
   */
  nextReadAt(now: Date, reads: number, expiresAt: Date | null): Date {
    const due = now.getTime() + Math.min(this.firstPauseMs * 2 ** reads, LONGEST_PAUSE_MS);
    const expiresLater = expiresAt !== null && expiresAt > now;
    return new Date(expiresLater ? Math.min(due, expiresAt.getTime()) : due);
  }
}
