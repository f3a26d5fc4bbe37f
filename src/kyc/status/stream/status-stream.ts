import { Readable } from 'node:stream';
import { VerificationStatusResponse } from '../verification-status.dto.ts';
import type { VerificationStatus } from '../verification-status.service.ts';

const HEARTBEAT_MS = 15_000;
/** The buffer of a stream cannot grow further, because the gateway disconnects a client with more unread bytes. */
const MAX_UNREAD_BYTES = 64 * 1024;
/** The longest delay that setTimeout accepts. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export class StatusStream {
  readonly body = new Readable({ read: () => undefined });
  private lastSent = '';
  private isReading = false;
  private isStale = false;
  private hasEnded = false;

  constructor(
    private readonly read: () => Promise<VerificationStatus>,
    lifetimeMs: number,
  ) {
    const heartbeat = setInterval(() => this.push(': keep-alive\n\n'), HEARTBEAT_MS);
    const expiry = setTimeout(() => this.end(), Math.min(Math.max(0, lifetimeMs), MAX_DELAY_MS));
    this.body.once('close', () => {
      clearInterval(heartbeat);
      clearTimeout(expiry);
      this.hasEnded = true;
    });
  }

  /** Sends the status only if it differs from the last one sent. A refresh during a read causes one more read. */
  refresh(): void {
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
        this.send(await this.read());
      }
    } catch {
      // The client reconnects, and then receives the error as a problem document.
      this.end();
    } finally {
      this.isReading = false;
    }
  }

  private send(status: VerificationStatus): void {
    const data = JSON.stringify(VerificationStatusResponse.from(status));
    if (data === this.lastSent) return;
    this.lastSent = data;
    this.push(`event: status\nid: ${status.updatedAt?.getTime() ?? 0}\ndata: ${data}\n\n`);
  }

  private push(text: string): void {
    if (this.hasEnded) return;
    this.body.push(text);
    if (this.body.readableLength > MAX_UNREAD_BYTES) this.body.destroy();
  }
}
