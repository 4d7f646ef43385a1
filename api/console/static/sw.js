/* Opens the capture page without a network, from what that page has put aside; no other page comes by here. */
const PAGE = "/findings/new";
const PATIENCE = 4000; // milliseconds for a network that is there and brings nothing
const LOOSELY = { ignoreVary: true };

self.addEventListener("message", (event) => {
  if (event.data === "take over") self.skipWaiting(); // the page says so while nothing is being written
});

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && pathname === PAGE) event.respondWith(pageOrKept(event.request));
  else if (pathname.startsWith("/static/")) event.respondWith(keptOrFetched(event.request));
});

async function pageOrKept(request) {
  const round = new URL(request.url).searchParams.get("round_id");
  const ofRound = round && (await caches.match(`${PAGE}?round_id=${encodeURIComponent(round)}`, LOOSELY));
  const kept = ofRound || (await caches.match(PAGE, LOOSELY));
  if (!kept) return fetch(request);
  const fetched = fetch(request).then((answer) => (answer.status >= 500 ? kept : answer), () => kept);
  return Promise.race([fetched, new Promise((resolve) => { setTimeout(resolve, PATIENCE, kept); })]);
}

async function keptOrFetched(request) {
  return (await caches.match(request, LOOSELY)) || fetch(request);
}
