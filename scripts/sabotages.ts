import { apiSabotages } from './sabotages/apis.ts';
import { outboundAndDataSabotages } from './sabotages/outbound-and-data.ts';
import type { Sabotage } from './sabotages/sabotage.ts';
import { webhookSabotages } from './sabotages/webhooks.ts';

/** Everything that `npm run test:sabotage` switches off. A new control gets an entry in one of these. */
export const SABOTAGES: readonly Sabotage[] = [
  ...webhookSabotages,
  ...apiSabotages,
  ...outboundAndDataSabotages,
];
