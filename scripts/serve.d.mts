import type { Server } from 'node:http';

export function serve(
  options?: { isolated?: boolean; port?: number; root?: string; shared?: boolean; base?: string },
): Promise<Server>;
