// Keeps the page of self-enumeration and what it is made of for when there is no line. Nothing that is answered comes here: what is
// sent goes past it.
const KEPT = {{ kept|safe }}
const NAME = 'census-page'

self.addEventListener('install', (event) => {
  event.waitUntil(caches.open(NAME).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()))
})
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))
self.addEventListener('fetch', (event) => {
  const address = new URL(event.request.url)
  if (event.request.method !== 'GET' || address.origin !== location.origin || !KEPT.includes(address.pathname)) return
  event.respondWith((async () => {
    const cache = await caches.open(NAME)
    try {
      const fresh = await fetch(event.request)
      if (fresh.ok && !address.search) cache.put(address.pathname, fresh.clone())
      return fresh
    } catch {
      return (await cache.match(address.pathname)) ?? Response.error()
    }
  })())
})
