// The scanner's service worker, served as /scan/sw.js with `const SCANNER = {...}` in front: version, page, files,
// keys, revocations. After one visit the page opens, reads codes and checks signatures with no network and no server.
/* global SCANNER */

const CACHE = `scan-${SCANNER.version}`;
const PATIENCE_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(keepEverything().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(dropOlderCaches().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.searchParams.has("v")) {
    event.respondWith(keptOrNewest(request));
  } else if ([SCANNER.page, SCANNER.keys, SCANNER.revocations, ...SCANNER.files].includes(url.pathname)) {
    event.respondWith(newestOrKept(request));
  }
});

/** The page, what its HTML names, and what its scripts load. */
async function keepEverything() {
  const cache = await caches.open(CACHE);
  const page = await fetch(SCANNER.page, { cache: "reload" });
  if (!page.ok || page.redirected) throw new Error("the scanner page is not open to this person");
  const html = await page.clone().text();
  const named = [...html.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((found) => found[1].replaceAll("&amp;", "&"));
  await cache.put(SCANNER.page, page);
  const urls = [...new Set([...named, ...SCANNER.files, SCANNER.keys])];
  await cache.addAll(urls.map((url) => new Request(url, { cache: "reload" })));
  // a deployment without a key for lists has none, and the scanner says so
  await cache.add(new Request(SCANNER.revocations, { cache: "reload" })).catch(() => {});
}

async function dropOlderCaches() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("scan-") && name !== CACHE).map((name) => caches.delete(name)));
}

/** From the network, and kept; what was kept when there is no answer in time. */
async function newestOrKept(request) {
  const cache = await caches.open(CACHE);
  const path = new URL(request.url).pathname;
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && !answer.redirected) await cache.put(path, answer.clone());
    return answer;
  } catch (error) {
    const kept = await cache.match(path);
    if (kept) return kept;
    throw error;
  }
}

/** A file whose address changes with its content. */
async function keptOrNewest(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}
