import type { EmulatedSession } from '../provider/contract.ts';
import type { HostedChoice, ProviderEmulator } from '../provider/emulator.ts';
import { escape } from './html.ts';

/** The part that the real page does not have: the developer decides in place of the provider. */
export function developerPart(emulator: ProviderEmulator, session: EmulatedSession, action: string): string {
  const forms = emulator.hosted.choices.map((choice) => form(choice, action));
  return `<aside aria-labelledby="developers">
<h2 id="developers">For developers: choose what ${escape(emulator.title)} decides</h2>
<p>This page replaces the real provider. The sandbox sends your choice to the gateway as
${escape(emulator.title)}’s own webhook and returns to the app. A review stays on this page, so that you can approve or
decline it.</p>
${forms.join('\n')}
<dl>
<dt>Session</dt><dd><code>${escape(session.id)}</code></dd>
<dt>User</dt><dd><code>${escape(session.reference ?? 'none')}</code></dd>
<dt>Status</dt><dd><code>${escape(session.status)}</code></dd>
</dl>
</aside>`;
}

function form({ outcome, label, reasons = [] }: HostedChoice, action: string): string {
  const id = `reason-${outcome}`;
  const options = reasons.map(
    ({ value, label: text }) => `<option value="${escape(value)}">${escape(text)}</option>`,
  );
  const choice =
    options.length === 0
      ? ''
      : `<label for="${id}">Reason <span class="hidden">for: ${escape(label)}</span></label>
<select id="${id}" name="reason"><option value="">the usual one</option>${options.join('')}</select>`;
  return `<form method="post" action="${escape(action)}" class="choice choice-${outcome}">
<input type="hidden" name="outcome" value="${outcome}">
<button type="submit">${escape(label)}</button>
${choice}
</form>`;
}
