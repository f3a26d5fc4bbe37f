import { Readable } from 'node:stream';
import type { VerificationStatus } from '../verification-status.service.ts';
import { VerificationStatusResponse } from '../verification-status.dto.ts';

const HEARTBEAT_MS = 15_000;
/** Whoever does not read is let go rather than buffered for. */
const MAX_UNREAD_BYTES = 64 * 1024;
/** What setTimeout can count to. */
const MAX_DELAY_MS = 2 ** 31 - 1;

/** One page's stream of server-sent events: where the user stands, whenever it may have changed and really has. */
export class StatusStream {
  readonly body = new Readable({ read: () => undefined });
  private last = '';
  private isReading = false;
  private isStale = false;
  private hasEnded = false;

  /** @param lifetimeMs how long the token is good for */
  constructor(
    private readonly read: () => Promise<VerificationStatus>,
    lifetimeMs: number,
  ) {
    const heartbeat = setInterval(() => this.push(': still here\n\n'), HEARTBEAT_MS);
    const expiry = setTimeout(() => this.end(), Math.min(Math.max(0, lifetimeMs), MAX_DELAY_MS));
    this.body.once('close', () => {
      clearInterval(heartbeat);
      clearTimeout(expiry);
      this.hasEnded = true;
    });
  }

  /** A change that comes while the last one is being read has it read once more. */
  tell(): void {
    this.isStale = true;
    if (!this.isReading) void this.readWhileStale();
  }

  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.body.push(null);
  }

  private async readWhileStale(): Promise<void> {
    this.isReading = true;
    try {
      while (this.isStale && !this.hasEnded) {
        this.isStale = false;
        this.write(await this.read());
      }
    } catch {
      // The page comes back, and is told what is wrong in an answer of its own.
      this.end();
    } finally {
      this.isReading = false;
    }
  }

  private write(status: VerificationStatus): void {
    const state = JSON.stringify(VerificationStatusResponse.from(status));
    if (state === this.last) return;
    this.last = state;
    this.push(`event: status\nid: ${status.updatedAt?.getTime() ?? 0}\ndata: ${state}\n\n`);
  }

  private push(text: string): void {
    if (this.hasEnded) return;
    this.body.push(text);
    if (this.body.readableLength > MAX_UNREAD_BYTES) this.body.destroy();
  }
}
