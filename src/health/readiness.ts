import { Injectable } from '@nestjs/common';

/** Whether this replica is on its way out, and wants no more requests. */
@Injectable()
export class Readiness {
  isShuttingDown = false;
}
