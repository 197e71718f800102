// Makes the page cross-origin isolated where the host does not: a service worker adds the headers from the next load on.

/**
 * @returns whether the page is about to reload under the service worker; false where it is isolated already, or cannot be
 *   made so: WASM then runs on one thread, and the engine line says how many there are.
 */
export async function isolatePage(): Promise<boolean> {
  // Controlled and still not isolated: a reload would change nothing.
  if (globalThis.crossOriginIsolated || !isSecureContext || !navigator.serviceWorker || navigator.serviceWorker.controller) return false;
  try {
    const controlled = new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
    await navigator.serviceWorker.register(new URL("isolation-worker.js", document.baseURI));
    await controlled;
  } catch {
    // Private windows may forbid service workers.
    return false;
  }
  location.reload();
  return true;
}
