// Threads share memory only in pages that are served with these headers.
const headers = { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' };

export default {
  // The built page works in any folder of a server.
  base: './',
  server: { headers },
  preview: { headers },
};
