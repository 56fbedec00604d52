// Serves dist/ with the two headers that let a page share memory between threads: `npm run demo`, then open the
// address.
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const TYPES = {
  '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.css': 'text/css',
  '.wasm': 'application/wasm', '.json': 'application/json',
};
const ISOLATION = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };
/** What the servers of script libraries send: any page may load these files. */
const SHARED = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };

/** @param {{isolated?: boolean, port?: number, root?: string, shared?: boolean, base?: string}} options isolated: send
 *  COOP and COEP; root: the folder, default dist/; shared: pages of other origins may load the files; base: the path
 *  under which the folder lies, default "/".
 *  @returns the listening server; rejects with the error of `listen` */
export function serve({
  isolated = true, port = 0, root = fileURLToPath(new URL('../dist/', import.meta.url)), shared = false, base = '/',
} = {}) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url, 'http://localhost').pathname));
    const file = join(root, path.endsWith('/') ? `${path.slice(base.length)}index.html` : path.slice(base.length));
    if (!path.startsWith(base) || !file.startsWith(join(root, '/')) ||
        !statSync(file, { throwIfNoEntry: false })?.isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      ...(isolated && ISOLATION),
      ...(shared && SHARED),
    });
    createReadStream(file).pipe(response);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const port = Number(process.env.PORT ?? 8080);
  try {
    const server = await serve({ port });
    process.stderr.write(`demo: http://localhost:${server.address().port}/demo/\n`);
  } catch (error) {
    const reason = { EADDRINUSE: 'is taken by another program', EACCES: 'may not be used by this user' }[error.code];
    process.stderr.write(
      `demo: port ${process.env.PORT ?? port} ${reason ?? 'is none: expected a number from 0 to 65535'}; ` +
        'choose another, or 0 for any that is free: PORT=0 npm run demo\n',
    );
    process.exitCode = reason === undefined ? 2 : 1;
  }
}
