import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { read } from '../control/read.ts';
import { defined, deliveryFields, toDeliveryOptions } from '../control/schemas.ts';
import type { DeliveryOptions, DeliveryRecord, SignedWebhook } from '../provider/contract.ts';

export interface OnfidoControls {
  /** Completes a check of the run's applicant and sends check.completed, which does not contain the result. */
  completeCheck(
    runId: string,
    result: CheckResult,
    options?: DeliveryOptions & CheckOptions,
  ): Promise<DeliveryRecord[]>;
  checkWebhookFor(runId: string, result: CheckResult, options?: CheckOptions & { at?: Date }): SignedWebhook;
}

export type CheckResult = 'clear' | 'consider';

export interface CheckOptions {
  /** If false, the run does not change. Otherwise clear approves it and consider puts it in review. */
  moveRun?: boolean;
}

const checkRequest = z.strictObject({
  result: z.enum(['clear', 'consider']),
  move_run: z.boolean().optional(),
  ...deliveryFields,
});

export function registerControls(app: FastifyInstance, onfido: OnfidoControls): void {
  app.post<{ Params: { id: string } }>('/sandbox/onfido/sessions/:id/check', async (request) => {
    const wanted = read(checkRequest, request.body);
    const options = { ...toDeliveryOptions(wanted), ...defined({ moveRun: wanted.move_run }) };
    return { deliveries: await onfido.completeCheck(request.params.id, wanted.result, options) };
  });
}
