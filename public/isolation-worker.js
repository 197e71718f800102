// WASM runs on several threads only on a cross-origin isolated page, which takes two response headers. Hosts for static sites
// often cannot send them; there this service worker adds them to the page and to its workers. Everything else of this origin needs none,
// and goes past it: what the browser compiles of the engine it keeps only for an answer that came from the host itself.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { url, destination } = event.request;
  if (!["document", "iframe", "worker"].includes(destination)) return;
  if (new URL(url).origin === self.location.origin) event.respondWith(fetch(event.request).then(isolated));
});

function isolated(response) {
  // Redirects and other opaque answers cannot be changed, and need not be.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}
