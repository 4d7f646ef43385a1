/* Puts the capture page and its files aside, for one person, so that the worker can open it without a network. */
const PREFIX = "duban-capture-";
const PAGE = "/findings/new";

/* Register the worker and put the page aside; false where there is no worker: in some apps, and over plain http. */
export async function prepare(person, roundId, isIdle) {
  if (!("serviceWorker" in navigator) || !("caches" in globalThis)) return false;
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { scope: PAGE });
    if (registration.waiting && isIdle) registration.waiting.postMessage("take over");
  } catch {
    return Boolean(navigator.serviceWorker.controller); // opened without a network
  }
  putAside(person, roundId).catch(() => {}); // without a network what was put aside before stays
  return true;
}

/* Under the address of its round, and as the page that opens without one: of several rounds the one used last. */
async function putAside(person, roundId) {
  const address = `${PAGE}?round_id=${encodeURIComponent(roundId)}`;
  const page = await fetch(address, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!page.ok || page.redirected || !(await page.clone().text()).includes("<duban-capture")) return;
  const cache = await caches.open(PREFIX + person);
  const files = performance.getEntriesByType("resource").map((one) => new URL(one.name))
    .filter((one) => one.origin === location.origin && one.pathname.startsWith("/static/")).map((one) => one.href);
  for (const file of new Set(files)) if (!(await cache.match(file, { ignoreVary: true }))) await cache.add(file);
  await cache.put(address, page.clone());
  await cache.put(PAGE, page);
  const isPage = (request) => new URL(request.url).pathname === PAGE;
  const spared = [...files, new URL(address, location.href).href, new URL(PAGE, location.href).href];
  const others = (await cache.keys()).filter((request) => !spared.includes(request.url));
  const isOtherRelease = others.some((request) => !isPage(request)); // whose pages need files that go now
  for (const request of others) if (isOtherRelease || !isPage(request)) await cache.delete(request);
}

/* Let nothing be left of others; without a person, of anybody. */
export async function forgetOthers(person) {
  if (!("caches" in globalThis)) return;
  for (const name of await caches.keys())
    if (name.startsWith(PREFIX) && (!person || name !== PREFIX + person)) await caches.delete(name);
}
