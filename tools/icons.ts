// Makes the app's icons from its mark (public/favicon.svg), in public/icons/: `npm run icons`, after the mark has changed.

import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { launchChromium } from '../tests/browsers.ts';

const MARK = 'public/favicon.svg';
const FOLDER = 'public/icons';

/** What phones and desktops ask for. A maskable icon is cut to any shape: its ground fills the square, its sign the middle four fifths. */
const ICONS = [
  { name: 'icon-192', size: 192, isSquare: false },
  { name: 'icon-512', size: 512, isSquare: false },
  { name: 'maskable-512', size: 512, isSquare: true },
  { name: 'apple-touch-icon', size: 180, isSquare: true },
] as const;
const GROUND = '#10183a';

const mark = await readFile(MARK, 'utf8');
await mkdir(FOLDER, { recursive: true });
const browser = await launchChromium();
try {
  for (const { name, size, isSquare } of ICONS) {
    const page = await browser.newPage({ viewport: { width: size, height: size } });
    const share = isSquare ? 80 : 100;
    await page.setContent(
      `<body style="margin:0;display:grid;place-items:center;height:100vh;background:${isSquare ? GROUND : 'transparent'}">` +
        `<div style="width:${share}%;height:${share}%">${mark}</div></body>`,
    );
    await writeFile(`${FOLDER}/${name}.png`, await page.screenshot({ omitBackground: true }));
    await page.close();
  }
} finally {
  await browser.close();
}
console.log(`icons: in ${FOLDER}/`);
