// The browsers of this machine, driven by playwright: Chromium by its own protocol, Firefox by WebDriver BiDi, which
// Debian's firefox-esr speaks without a driver beside it. CHROMIUM=path and FIREFOX=path name others.
import { existsSync } from 'node:fs';
import { chromium, firefox } from 'playwright-core';

const QUIET = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

const ENGINES = {
  chromium: {
    path: process.env.CHROMIUM ?? '/usr/bin/chromium', variable: 'CHROMIUM',
    launch: (executablePath) => chromium.launch({ executablePath, args: QUIET }),
  },
  firefox: {
    path: process.env.FIREFOX ?? '/usr/bin/firefox-esr', variable: 'FIREFOX',
    launch: (executablePath) => firefox.launch({ executablePath, channel: 'moz-firefox' }),
  },
};

/** @param {'chromium' | 'firefox'} name @returns the running browser */
export function launch(name) {
  const { path, variable, launch: start } = ENGINES[name];
  if (!existsSync(path)) throw new Error(`no ${name} at ${path}: install it or set ${variable}=path`);
  return start(path);
}
