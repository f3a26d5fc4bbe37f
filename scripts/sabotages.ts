import { apiSabotages } from './sabotages/apis.ts';
import { outboundAndDataSabotages } from './sabotages/outbound-and-data.ts';
import type { Sabotage } from './sabotages/sabotage.ts';
import { webhookSabotages } from './sabotages/webhooks.ts';

/** The controls that `npm run test:sabotage` switches off. Add an entry for each new control. */
export const SABOTAGES: readonly Sabotage[] = [
  ...webhookSabotages,
  ...apiSabotages,
  ...outboundAndDataSabotages,
];
