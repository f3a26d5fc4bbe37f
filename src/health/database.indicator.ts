import { setTimeout as pause } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';
import { isReadOnly } from '../common/database-failure.ts';
import { requireWritable } from '../database/connect.ts';

const TIMEOUT_MS = 2_000;

@Injectable()
export class DatabaseIndicator {
  constructor(
    private readonly dataSource: DataSource,
    private readonly health: HealthIndicatorService,
  ) {}

  async check() {
    const abort = new AbortController();
    const timeout = pause(TIMEOUT_MS, 'timeout' as const, { signal: abort.signal });
    try {
      const result = await Promise.race([requireWritable(this.dataSource), timeout]);
      const indicator = this.health.check('database');
      return result === 'timeout' ? indicator.down() : indicator.up();
    } catch (error) {
      return this.health.check(isReadOnly(error) ? 'read_only_database' : 'database').down();
    } finally {
      abort.abort();
      timeout.catch(() => undefined);
    }
  }
}
