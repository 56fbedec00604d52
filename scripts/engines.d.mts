import type { Browser } from 'playwright-core';
export type Engine = 'chromium' | 'firefox';
export function launch(name: Engine, args?: readonly string[]): Promise<Browser>;
