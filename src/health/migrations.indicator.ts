import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { DataSource } from 'typeorm';

/** Whether the schema is the one that this version was written for. */
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
      // Once done they stay done for this process.
      this.isKnownDone ||= !(await this.dataSource.showMigrations());
    } catch {
      return indicator.down({ reason: 'the database does not answer' });
    }
    return this.isKnownDone ? indicator.up() : indicator.down({ reason: 'run npm run migrate' });
  }
}
