import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';

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
      // Operators never revert migrations under a running gateway, so one positive check is enough.
      this.isKnownDone ||= !(await this.dataSource.showMigrations());
    } catch {
      return indicator.down({ reason: 'the database does not answer' });
    }
    return this.isKnownDone ? indicator.up() : indicator.down({ reason: 'run npm run migrate' });
  }
}
