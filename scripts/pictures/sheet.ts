import type { Browser } from 'playwright-core';
import { openContext } from './browser.ts';

export interface Shot {
  caption: string;
  png: Buffer;
  width: number;
}

/** Combines several pictures into one, in columns, each with its caption. */
export async function sheet(browser: Browser, columns: readonly (readonly Shot[])[]): Promise<Buffer> {
  const figure = ({ caption, png, width }: Shot) =>
    `<figure><figcaption>${caption}</figcaption>` +
    `<img width="${width}" src="data:image/png;base64,${png.toString('base64')}"></figure>`;
  const column = (shots: readonly Shot[]) => `<div>${shots.map(figure).join('')}</div>`;
  const context = await openContext(browser, 1600, 800);
  try {
    const page = await context.newPage();
    await page.setContent(`<!doctype html><style>
      body { margin: 0; background: #fff; font: 600 15px/1 system-ui, sans-serif; color: #57606a }
      main { display: inline-flex; gap: 24px; padding: 24px; background: #e9ecf1 }
      div { display: flex; flex-direction: column; gap: 24px }
      figure { margin: 0 }
      figcaption { margin: 0 0 8px }
      img { display: block; border: 1px solid #c8ced8; border-radius: 8px }
      </style><main>${columns.map(column).join('')}</main>`);
    await page.waitForFunction(() => [...document.images].every((image) => image.complete));
    return await page.locator('main').screenshot();
  } finally {
    await context.close();
  }
}
