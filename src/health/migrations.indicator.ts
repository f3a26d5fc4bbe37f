import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';

/** Reports whether all migrations of this version have run. */
@Injectable()
export class MigrationsIndicator {
  private isKnownDone = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly health: HealthIndicatorService,
  ) {}

  async check(key: string) {
    const indicator = this.health.check(key);
    try {
      // Migrations are never reverted under a running gateway, so one positive check is enough.
      this.isKnownDone ||= !(await this.dataSource.showMigrations());
    } catch {
      return indicator.down({ reason: 'the database does not answer' });
    }
    return this.isKnownDone ? indicator.up() : indicator.down({ reason: 'run npm run migrate' });
  }
}
