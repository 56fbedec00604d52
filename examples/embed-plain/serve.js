// Two servers on this machine: one of script libraries, whose files any page may load, and that of the page.
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { basename, extname, join } from 'node:path';

const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.wasm': 'application/wasm' };

function serve(folder, port, headers) {
  createServer(({ url }, response) => {
    const file = join(folder, basename(new URL(url, 'http://localhost').pathname) || 'index.html');
    if (!existsSync(file)) return response.writeHead(404).end();
    response.writeHead(200, { 'Content-Type': TYPES[extname(file)] ?? 'text/plain', ...headers });
    createReadStream(file).pipe(response);
  }).listen(port);
}

serve('node_modules/voxelith/dist', 8081, {
  'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin',
});
// Threads share memory only in pages that come with these two headers.
serve('.', 8080, {
  'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp',
});
console.log('http://localhost:8080/');
