import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { VERSION } from '../common/version.ts';
import { addExpiringGauge } from './expiring-gauge.ts';
import { addScrapedGauge, type ScrapedGauge } from './scraped-gauge.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LAG_SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600, 3600];

const DELIVERY_RESULTS = [
  'accepted',
  'signature_invalid',
  'malformed',
  'not_verifiable',
  'not_stored',
] as const;
export type DeliveryResult = (typeof DELIVERY_RESULTS)[number];

const EVENT_RESULTS = [
  'recorded',
  'duplicate',
  'refused',
  'session_unknown',
  'session_erased',
  'late',
] as const;
export type EventResult = (typeof EVENT_RESULTS)[number];

/** The calls that a start makes. */
const START_CALLS = ['create', 'recover', 'resume'] as const;

/** Labels are fixed words and never ids, because each id would create a time series. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();

  private readonly deliveries = new Counter({
    name: 'kyc_webhook_deliveries_total',
    help: 'Webhook deliveries by provider and result',
    labelNames: ['provider', 'result'],
    registers: [this.registry],
  });

  private readonly events = new Counter({
    name: 'kyc_events_total',
    help: 'Events by provider, outcome and their result in the ledger',
    labelNames: ['provider', 'outcome', 'result'],
    registers: [this.registry],
  });

  private readonly eventsAhead = new Counter({
    name: 'kyc_events_ahead_total',
    help: 'Events that the provider dated more than 5 s after they arrived, by provider. They count as of their arrival',
    labelNames: ['provider'],
    registers: [this.registry],
  });

  private readonly batches = new Histogram({
    name: 'kyc_inbox_batch_events',
    help: 'Events committed in one transaction',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers: [this.registry],
  });

  private readonly starts = new Histogram({
    name: 'kyc_start_duration_seconds',
    help: 'Duration of start-verification by provider and result, including the provider call',
    labelNames: ['provider', 'result'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  private readonly failovers = new Counter({
    name: 'kyc_start_failovers_total',
    help: 'Starts that continued at another provider, by the provider that failed and the reason',
    labelNames: ['provider', 'reason'],
    registers: [this.registry],
  });

  private readonly providerCalls = new Histogram({
    name: 'kyc_provider_call_duration_seconds',
    help: 'Duration of provider calls by provider and call',
    labelNames: ['provider', 'call'],
    buckets: SECONDS,
    registers: [this.registry],
  });

  private readonly refusals = new Counter({
    name: 'kyc_provider_refusals_total',
    help: 'Provider calls that the provider refused, by provider and call. A retry does not help',
    labelNames: ['provider', 'call'],
    registers: [this.registry],
  });

  private readonly setCircuit = addExpiringGauge(this.registry, {
    name: 'kyc_provider_circuit_open',
    help: '1 while the provider is not called after repeated failures, at most 15 min after the last, otherwise 0',
    afterwards: 0,
  });

  private readonly setClock = addExpiringGauge(this.registry, {
    name: 'kyc_provider_clock_ahead_seconds',
    help: "Seconds by which the provider's clock was ahead of the replica's at its last response, if in the last 15 min",
    afterwards: null,
  });

  private readonly reads = new Counter({
    name: 'kyc_reconciled_sessions_total',
    help: 'Provider sessions read because no webhook arrived, by provider and result',
    labelNames: ['provider', 'result'],
    registers: [this.registry],
  });

  private readonly lookups = new Counter({
    name: 'kyc_lookups_total',
    help: 'Lookups of verdicts that an event announced, by provider and result',
    labelNames: ['provider', 'result'],
    registers: [this.registry],
  });

  private readonly notFound = new Counter({
    name: 'kyc_sessions_not_found_total',
    help: 'Provider sessions that their provider reported as unknown, by provider and result',
    labelNames: ['provider', 'result'],
    registers: [this.registry],
  });

  private readonly jobLag = new Histogram({
    name: 'kyc_job_lag_seconds',
    help: 'Time from the commit of a job to its first run, by queue',
    labelNames: ['queue'],
    buckets: LAG_SECONDS,
    registers: [this.registry],
  });

  private readonly parkedJobs = new Counter({
    name: 'kyc_jobs_parked_total',
    help: 'Jobs that used up their retries, by queue. npm run jobs lists them and moves them back',
    labelNames: ['queue'],
    registers: [this.registry],
  });

  private readonly postponedJobs = new Counter({
    name: 'kyc_jobs_postponed_total',
    help: 'Jobs that were postponed because the provider must not be called yet, by queue',
    labelNames: ['queue'],
    registers: [this.registry],
  });

  private readonly pausedMails = new Gauge({
    name: 'kyc_mails_paused',
    help: '1 while no mail is sent because the mail server accepts none, otherwise 0',
    registers: [this.registry],
  });

  private readonly mails = new Counter({
    name: 'kyc_mails_total',
    help: 'Mails by subject and result',
    labelNames: ['subject', 'result'],
    registers: [this.registry],
  });

  private readonly droppedLogLines = new Counter({
    name: 'kyc_log_lines_dropped_total',
    help: 'Log lines that were dropped because nothing read the standard output',
    registers: [this.registry],
  });

  private readonly secretChanges = new Counter({
    name: 'kyc_secret_changes_total',
    help: 'Changes of secret files by variable and result',
    labelNames: ['variable', 'result'],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
    new Gauge({
      name: 'kyc_build_info',
      help: 'Always 1. The label is the version of the gateway',
      labelNames: ['version'],
      registers: [this.registry],
    }).set({ version: VERSION }, 1);
  }

  addGauge(gauge: ScrapedGauge): void {
    addScrapedGauge(this.registry, gauge);
  }

  /**
   * Shows the counters that alerts use as 0 before anything is counted. Prometheus sees no increase in a series that
   * begins with 1, so that otherwise the first occurrence would cause no alert.
   */
  addProvider(provider: string): void {
    for (const result of DELIVERY_RESULTS) this.deliveries.inc({ provider, result }, 0);
    for (const result of EVENT_RESULTS) this.events.inc({ provider, outcome: 'unknown', result }, 0);
    for (const call of START_CALLS) this.refusals.inc({ provider, call }, 0);
  }

  /** Does for the variable of a secret file what `addProvider` does for a provider. */
  addSecretFile(variable: string): void {
    this.secretChanges.inc({ variable, result: 'rejected' }, 0);
  }

  delivered(provider: string, result: DeliveryResult): void {
    this.deliveries.inc({ provider, result });
  }

  recorded(provider: string, outcome: string, result: EventResult): void {
    this.events.inc({ provider, outcome, result });
  }

  datedAhead(provider: string): void {
    this.eventsAhead.inc({ provider });
  }

  batchCommitted(size: number): void {
    this.batches.observe(size);
  }

  started(provider: string, result: string, milliseconds: number): void {
    this.starts.observe({ provider, result }, milliseconds / 1_000);
  }

  failedOver(provider: string, reason: 'unavailable' | 'refused'): void {
    this.failovers.inc({ provider, reason });
  }

  providerCalled(provider: string, call: string, milliseconds: number): void {
    this.providerCalls.observe({ provider, call }, milliseconds / 1_000);
  }

  providerRefused(provider: string, call: string): void {
    this.refusals.inc({ provider, call });
  }

  circuit(provider: string, state: 'open' | 'closed'): void {
    this.setCircuit(provider, state === 'open' ? 1 : 0);
  }

  clockAhead(provider: string, seconds: number): void {
    this.setClock(provider, seconds);
  }

  reconciled(provider: string, result: string): void {
    this.reads.inc({ provider, result });
  }

  lookedUp(provider: string, result: 'verdict' | 'no_verdict' | 'not_found'): void {
    this.lookups.inc({ provider, result });
  }

  sessionNotFound(provider: string, result: 'first' | 'confirmed'): void {
    this.notFound.inc({ provider, result });
  }

  jobStarted(queue: string, lagMilliseconds: number): void {
    this.jobLag.observe({ queue }, Math.max(0, lagMilliseconds) / 1_000);
  }

  jobPostponed(queue: string): void {
    this.postponedJobs.inc({ queue });
  }

  jobParked(queue: string): void {
    this.parkedJobs.inc({ queue });
  }

  mailed(subject: string, result: 'sent' | 'failed' | 'no_address' | 'obsolete'): void {
    this.mails.inc({ subject, result });
  }

  mailPaused(isPaused: boolean): void {
    this.pausedMails.set(isPaused ? 1 : 0);
  }

  logLineDropped(): void {
    this.droppedLogLines.inc();
  }

  secretChanged(variable: string, result: 'rotated' | 'rejected' | 'needs_restart'): void {
    this.secretChanges.inc({ variable, result });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Returns the Prometheus text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
