// WASM runs on several threads only on a cross-origin isolated page, which takes two response headers. Hosts for static sites
// often cannot send them; there this service worker adds them. It changes nothing else and stores nothing.
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  if (new URL(event.request.url).origin === self.location.origin) event.respondWith(fetch(event.request).then(isolated));
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
