import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import './end-with-npm.mjs';
import { exitCodeOf, interruption } from '../demo/interruption.ts';
import { Resources } from '../demo/resources.ts';
import { raiseStage } from '../demo/stage.ts';
import { mute, say } from '../demo/terminal.ts';
import { openBrowser } from './pictures/browser.ts';
import { takePictures } from './pictures/take.ts';

const USAGE = `Usage: npm run screenshots [-- --out FOLDER]

Takes the pictures of the documentation: starts what \`npm run demo\` starts, walks three users through it in a Chromium
out of an npm package, and writes states.png, hosted.png, console.png and mails.png. Leaves nothing else behind.

  --out FOLDER   where to write them (default docs/images)
  --help         show this
`;
const IMAGES = fileURLToPath(new URL('../docs/images', import.meta.url));

async function run(folder: string, resources: Resources): Promise<void> {
  const stage = await raiseStage(resources, {
    isHeadless: false,
    provider: 'persona',
    port: 3000,
    databaseUrl: undefined,
  });
  const [browser] = await Promise.all([openBrowser(resources), stage.gateway.start()]);
  const taking = takePictures(stage, browser, say);
  const pictures = await Promise.race([taking, stage.gateway.failure()]);
  await mkdir(folder, { recursive: true });
  for (const [name, png] of Object.entries(pictures)) {
    await writeFile(`${folder}/${name}`, png);
    say(`${name}: ${Math.ceil(png.length / 1024)} KB`);
  }
}

function describe(error: unknown): string {
  return `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`;
}

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: IMAGES },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
} else {
  const resources = new Resources();
  const ending = await Promise.race([
    run(values.out, resources).then(
      () => ({ code: 0, problem: '' }),
      (error: unknown) => ({ code: 1, problem: describe(error) }),
    ),
    interruption().then((interrupted) => ({ code: exitCodeOf(interrupted), problem: 'Interrupted.\n' })),
  ]);
  mute();
  process.stderr.write(ending.problem);
  await resources.close();
  process.exit(ending.code);
}
