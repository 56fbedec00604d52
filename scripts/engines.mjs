// The browsers of this machine, driven by playwright: Chromium by its own protocol, Firefox by WebDriver BiDi, which
// Debian's firefox-esr speaks without a driver beside it. CHROMIUM=path and FIREFOX=path name others.
import { existsSync } from 'node:fs';
import { chromium, firefox } from 'playwright-core';

const QUIET = [
  '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update',
  '--disable-sync',
];
/** Playwright's own half minute is not enough on a machine that does other things as well. */
const PATIENCE_MS = 180_000;

const ENGINES = {
  chromium: {
    path: process.env.CHROMIUM ?? '/usr/bin/chromium', variable: 'CHROMIUM',
    launch: (executablePath, args) => chromium.launch({ executablePath, args: [...QUIET, ...args] }),
  },
  firefox: {
    path: process.env.FIREFOX ?? '/usr/bin/firefox-esr', variable: 'FIREFOX',
    launch: (executablePath) => firefox.launch({ executablePath, channel: 'moz-firefox' }),
  },
};

/** @param {'chromium' | 'firefox'} name
 *  @param {readonly string[]} args more flags of Chromium; alone it draws without a graphics card
 *  @returns the running browser */
export async function launch(name, args = ['--disable-gpu']) {
  const { path, variable, launch: start } = ENGINES[name];
  if (!existsSync(path)) throw new Error(`no ${name} at ${path}: install it or set ${variable}=path`);
  const browser = await start(path, args);
  browser.on('context', (context) => context.setDefaultTimeout(PATIENCE_MS));
  return browser;
}
