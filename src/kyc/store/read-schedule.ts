import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../../config/gateway.config.ts';

const LONGEST_PAUSE_MS = 24 * 60 * 60 * 1_000;

/**
 * Schedules the reconciliation of a session that sends no webhooks. Each pause is twice the previous pause, up to a
 * day.
 */
@Injectable()
export class ReadSchedule {
  private readonly firstPauseMs: number;

  constructor(config: ConfigService<GatewayConfig, true>) {
    this.firstPauseMs = config.get('kyc', { infer: true }).reconcileAfterSeconds * 1_000;
  }

  /**
   * @param reads how many reconciliations there were since the last change
   * @param expiresAt the latest time of the next read, because a provider may send no event about the expiry
   */
  nextReadAt(now: Date, reads: number, expiresAt: Date | null): Date {
    const due = now.getTime() + Math.min(this.firstPauseMs * 2 ** reads, LONGEST_PAUSE_MS);
    const expiresLater = expiresAt !== null && expiresAt > now;
    return new Date(expiresLater ? Math.min(due, expiresAt.getTime()) : due);
  }
}
