import { Injectable } from '@nestjs/common';

/** Becomes true when a shutdown begins, so that load balancers stop sending requests. */
@Injectable()
export class Readiness {
  isShuttingDown = false;
}
