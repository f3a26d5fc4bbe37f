/** Drawn sample pictures, so that no photo of a real user is needed. Colors come from the stylesheet. */

const FACE = `<circle class="skin" cx="0" cy="-8" r="17"/>
<path class="hair" d="M-18 -10 a18 18 0 0 1 36 0 q-7 -9 -18 -9 t-18 9z"/>
<circle class="ink" cx="-6" cy="-8" r="2"/><circle class="ink" cx="6" cy="-8" r="2"/>
<path class="line" d="M-7 0 q7 6 14 0"/>
<path class="shirt" d="M-27 34 q0 -24 27 -24 t27 24z"/>`;

export const DOCUMENT_TYPES = [
  { value: 'passport', label: 'Passport', heading: 'PASSPORT' },
  { value: 'id_card', label: 'Identity card', heading: 'IDENTITY CARD' },
  { value: 'driving_licence', label: 'Driving licence', heading: 'DRIVING LICENCE' },
] as const;

/** One drawing for each type. The stylesheet shows the drawing of the chosen type. */
export function documentDrawings(): string {
  return DOCUMENT_TYPES.map(
    ({ value, label, heading }) => `<svg class="drawing drawing-${value}" viewBox="0 0 320 202" role="img"
 aria-label="Drawing of a sample document: ${label}">
<rect class="card" x="1" y="1" width="318" height="200" rx="14"/>
<rect class="band" x="1" y="1" width="318" height="34" rx="14"/>
<text class="heading" x="16" y="24">${heading}</text>
<text class="heading end" x="304" y="24">SAMPLE</text>
<rect class="photo" x="18" y="52" width="84" height="102" rx="8"/>
<g transform="translate(60 112) scale(1.15)">${FACE}</g>
<text class="label" x="120" y="66">Name</text><text class="value" x="120" y="82">Sam Sample</text>
<text class="label" x="120" y="104">Date of birth</text><text class="value" x="120" y="120">1 January 1990</text>
<text class="label" x="120" y="142">Number</text><text class="value" x="120" y="158">X0000000</text>
<text class="code" x="18" y="186">P&lt;UTOSAMPLE&lt;&lt;SAM&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;&lt;</text>
</svg>`,
  ).join('\n');
}

export const SELFIE_DRAWING = `<svg class="drawing" viewBox="0 0 320 202" role="img"
 aria-label="Drawing of a face in the frame of a camera">
<rect class="card" x="1" y="1" width="318" height="200" rx="14"/>
<ellipse class="photo" cx="160" cy="100" rx="66" ry="86"/>
<g transform="translate(160 108) scale(1.9)">${FACE}</g>
<ellipse class="frame" cx="160" cy="100" rx="70" ry="90"/>
</svg>`;
