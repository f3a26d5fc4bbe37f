import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus';
import { DomainError } from '../common/domain-error.ts';
import { DatabaseIndicator } from './database.indicator.ts';
import { MigrationsIndicator } from './migrations.indicator.ts';
import { Readiness } from './readiness.ts';

/** On this error, a load balancer sends no requests to the replica. `errors` names the failed checks. */
export class NotReadyError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'service.not_ready';
  readonly title = 'The service is not ready';
  override readonly retryAfterSeconds = 5;

  constructor(override readonly problems: readonly string[]) {
    super(problems.join('; '));
  }
}

@ApiExcludeController()
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly database: DatabaseIndicator,
    private readonly migrations: MigrationsIndicator,
    private readonly readiness: Readiness,
  ) {}

  /** Checks no dependency, so that an orchestrator does not restart replicas while the database is unavailable. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** The replica is ready if the database is writable, its schema is the expected schema, and no shutdown has begun. */
  @Get('ready')
  @HealthCheck({ swaggerDocumentation: false })
  async ready(): Promise<HealthCheckResult> {
    if (this.readiness.isShuttingDown) throw new NotReadyError(['shutdown']);
    try {
      return await this.health.check([
        () => this.database.check(),
        () => this.migrations.check('migrations'),
      ]);
    } catch (error) {
      if (!(error instanceof ServiceUnavailableException)) throw error;
      const { error: failed = {} } = error.getResponse() as HealthCheckResult;
      throw new NotReadyError(Object.keys(failed));
    }
  }
}
