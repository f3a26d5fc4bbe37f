import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { ErasureRepository } from '../store/erasure.repository.ts';

/** The GDPR grants a month. */
const OVERDUE_AFTER_MS = 30 * 24 * 60 * 60 * 1_000;

@Injectable()
export class ErasureGauge {
  constructor(dataSource: DataSource, erasures: ErasureRepository, metrics: Metrics, clock: Clock) {
    metrics.addGauge({
      name: 'kyc_erasures',
      help: 'Erasures that a provider has not carried out, by state. "overdue" is those requested 30 days ago',
      labelNames: ['state'],
      read: async () => {
        const overdueBefore = new Date(clock.now().getTime() - OVERDUE_AFTER_MS);
        const { pending, overdue } = await erasures.countPending(dataSource.manager, overdueBefore);
        return [
          { labels: { state: 'pending' }, value: pending },
          { labels: { state: 'overdue' }, value: overdue },
        ];
      },
    });
  }
}
