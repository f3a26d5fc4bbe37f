import type { DeliveryRecord } from '../provider/contract.ts';
import { DOCUMENT_TYPES, SELFIE_DRAWING, documentDrawings } from './drawings.ts';
import { escape } from './html.ts';

/** The user's step on the page. `over` means that the session has ended. */
export type Step = 'document' | 'selfie' | 'waiting' | 'over';

export const TITLES: Readonly<Record<Step, string>> = {
  document: 'Show your document',
  selfie: 'Take a selfie',
  waiting: 'Your verification is in progress',
  over: 'This verification is over',
};

const WAY = [
  ['document', 'Document'],
  ['selfie', 'Selfie'],
  ['waiting', 'In progress'],
] as const;

/** @param action the address that the forms are sent to */
export function userPart(
  step: Step,
  action: string,
  returnUrl: string | null,
  isResubmission: boolean,
): string {
  switch (step) {
    case 'document':
      return `${way(step)}${isResubmission ? RESUBMISSION_NOTICE : ''}${documentForm(action)}`;
    case 'selfie':
      return `${way(step)}${selfieForm(action)}`;
    case 'waiting':
      return `${way(step)}<p>Thank you. We are checking your pictures, which takes a few minutes. You can go back now.
You will receive a message when the check is finished.</p>${wayBack(returnUrl)}`;
    case 'over':
      return `<p>There is nothing left for you to do here.</p>${wayBack(returnUrl)}`;
  }
}

/** One line for the result of each webhook. Empty if the provider sends none. */
export function report(deliveries: readonly DeliveryRecord[]): string {
  const lines = deliveries.map(({ type, attempts }) => {
    const last = attempts.at(-1);
    return `<p>Webhook <code>${escape(type)}</code>: ${escape(String(last?.status ?? last?.error ?? 'being delivered'))}</p>`;
  });
  return lines.length === 0 ? '' : `<div class="report" role="status">${lines.join('')}</div>`;
}

const RESUBMISSION_NOTICE = `<p class="notice">Your pictures could not be used. Please show your document and take
a selfie again.</p>`;

function way(now: Step): string {
  const items = WAY.map(([step, label]) => `<li${step === now ? ' aria-current="step"' : ''}>${label}</li>`);
  return `<ol class="way" aria-label="Steps">${items.join('')}</ol>`;
}

function documentForm(action: string): string {
  const types = DOCUMENT_TYPES.map(
    ({ value, label }, index) =>
      `<label><input type="radio" name="type" value="${value}"${index === 0 ? ' checked' : ''}> ${label}</label>`,
  );
  return `<form method="post" action="${escape(action)}">
<input type="hidden" name="step" value="document">
<fieldset><legend>Which document do you have?</legend>${types.join('\n')}</fieldset>
${documentDrawings()}
<button class="primary" type="submit">Use sample picture</button>
</form>`;
}

function selfieForm(action: string): string {
  return `<form method="post" action="${escape(action)}">
<input type="hidden" name="step" value="selfie">
<p>Look straight ahead. Your face is compared with the picture in your document.</p>
${SELFIE_DRAWING}
<button class="primary" type="submit">Use sample picture</button>
</form>`;
}

function wayBack(returnUrl: string | null): string {
  return returnUrl === null
    ? '<p>You can close this page.</p>'
    : `<p><a class="primary" href="${escape(returnUrl)}">Back to where you came from</a></p>`;
}
