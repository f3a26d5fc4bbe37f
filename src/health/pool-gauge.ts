import { Injectable } from '@nestjs/common';
import type { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { Metrics } from '../metrics/metrics.ts';

/** Shows how close the replica is to DATABASE_POOL_SIZE. */
@Injectable()
export class PoolGauge {
  constructor(dataSource: DataSource, metrics: Metrics) {
    const { master: pool } = dataSource.driver as unknown as { master: Pool };
    metrics.addGauge({
      name: 'kyc_database_connections',
      help: 'Connections of the pool by state. "waiting" is what waits for a connection',
      labelNames: ['state'],
      read: async () => [
        { labels: { state: 'busy' }, value: pool.totalCount - pool.idleCount },
        { labels: { state: 'idle' }, value: pool.idleCount },
        { labels: { state: 'waiting' }, value: pool.waitingCount },
      ],
    });
  }
}
