import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { read } from '../control/read.ts';
import { defined } from '../control/schemas.ts';

export interface VeriffControls {
  /** Sets how DELETE /sessions/{id} responds. Earlier deletions no longer count towards the limit. */
  setDeletion(settings: DeletionSettings): void;
}

export interface DeletionSettings {
  /** Whether deletion is on. Veriff must switch it on for an integration; here the default is true. */
  isOn?: boolean;
  /** Whether Veriff's limits of five deletions an hour and ten a day apply; default true. */
  isLimited?: boolean;
}

const deletionRequest = z.strictObject({ on: z.boolean().optional(), limited: z.boolean().optional() });

export function registerControls(app: FastifyInstance, veriff: VeriffControls): void {
  app.put('/sandbox/veriff/deletion', (request, reply) => {
    const { on, limited } = read(deletionRequest, request.body);
    veriff.setDeletion(defined({ isOn: on, isLimited: limited }));
    return reply.code(204).send();
  });
}
