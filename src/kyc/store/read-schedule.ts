import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../../config/gateway.config.ts';

const LONGEST_PAUSE_MS = 24 * 60 * 60 * 1_000;

/** When a session that stays silent is read at its provider: after twice the time each time, at most a day. */
@Injectable()
export class ReadSchedule {
  private readonly firstPauseMs: number;

  constructor(config: ConfigService<GatewayConfig, true>) {
    this.firstPauseMs = config.get('kyc', { infer: true }).reconcileAfterSeconds * 1_000;
  }

  /**
   * @param reads how often it was read since its last change
   * @param lapsesAt when its time runs out: it is read then at the latest, for that may be all that ever happens to it
   */
  next(now: Date, reads: number, lapsesAt: Date | null): Date {
    const due = now.getTime() + Math.min(this.firstPauseMs * 2 ** reads, LONGEST_PAUSE_MS);
    const isAhead = lapsesAt !== null && lapsesAt > now;
    return new Date(isAhead ? Math.min(due, lapsesAt.getTime()) : due);
  }
}
