import type { DeliveryRecord, EmulatedSession } from '../contract.ts';
import type { HostedChoice, ProviderEmulator } from '../provider/emulator.ts';

export function choicePage(emulator: ProviderEmulator, session: EmulatedSession): string {
  return page(
    `${emulator.title} (sandbox)`,
    `<p>Here the real ${emulator.title} would ask for a document and a selfie. This is a stand-in:
choose what it decides, and the webhook is sent.</p>
${facts(session)}
<h2>What happens?</h2>
${forms(emulator, session)}`,
  );
}

export function resultPage(
  emulator: ProviderEmulator,
  session: EmulatedSession,
  deliveries: DeliveryRecord[],
  returnUrl: string | null,
): string {
  const sent =
    deliveries.length === 0
      ? `<p>${emulator.title} sends no webhook for this.</p>`
      : deliveries.map(deliveryReport).join('\n');
  // Only a web address becomes a link: the platform may have given anything.
  const back =
    returnUrl !== null && /^https?:\/\//.test(returnUrl)
      ? `<p><a class="button" href="${escape(returnUrl)}">Back to the platform</a></p>`
      : '';
  return page(
    `${emulator.title} (sandbox): done`,
    `<div role="status">${sent}</div>
${back}
<h2>Decide something else</h2>
${forms(emulator, session)}`,
  );
}

export function messagePage(title: string, message: string): string {
  return page(title, `<p role="alert">${escape(message)}</p>`);
}

function forms(emulator: ProviderEmulator, session: EmulatedSession): string {
  return emulator.choices.map((choice) => form(emulator, session, choice)).join('\n');
}

function form(emulator: ProviderEmulator, session: EmulatedSession, choice: HostedChoice): string {
  const reasonId = `reason-${choice.outcome}`;
  const options = (choice.reasons ?? []).map(
    ({ value, label }) => `<option value="${escape(value)}">${escape(label)}</option>`,
  );
  const reasons =
    options.length === 0
      ? ''
      : `<label for="${reasonId}">Reason</label>
<select id="${reasonId}" name="reason"><option value="">(the usual one)</option>${options.join('')}</select>`;
  return `<form method="post" action="/hosted/${emulator.name}/${encodeURIComponent(session.id)}">
<input type="hidden" name="outcome" value="${choice.outcome}">
<button type="submit">${escape(choice.label)}</button> ${reasons}
</form>`;
}

function facts(session: EmulatedSession): string {
  return `<dl>
<dt>Session</dt><dd><code>${escape(session.id)}</code></dd>
<dt>Reference</dt><dd>${escape(session.reference ?? 'none')}</dd>
<dt>Status</dt><dd>${escape(session.status)}</dd>
</dl>`;
}

function deliveryReport(delivery: DeliveryRecord): string {
  const attempts = delivery.attempts.map(
    ({ at, status, error }) =>
      `<li>${escape(at)}: ${escape(status === null ? (error ?? 'no answer') : `answered ${status}`)}</li>`,
  );
  const state = delivery.state === 'accepted' ? 'was accepted' : 'was not accepted';
  return `<h2>The webhook ${escape(delivery.type)} ${state}</h2>
<ol>${attempts.join('')}</ol>
<details><summary>What was sent</summary>
<pre>${escape(JSON.stringify(delivery.headers, null, 2))}

${escape(delivery.body)}</pre></details>`;
}

function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { max-width: 42rem; margin: 2rem auto; padding: 0 1rem; }
form { margin: .5rem 0; display: flex; gap: .5rem; align-items: center; flex-wrap: wrap; }
button, select, .button { font: inherit; padding: .4rem .8rem; min-height: 2.75rem; max-width: 100%; }
button { min-width: 12rem; text-align: left; cursor: pointer; }
dt { font-weight: 600; } dd { margin: 0 0 .5rem; overflow-wrap: anywhere; }
pre { overflow-x: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
${body}
</main>
</body>
</html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
