/* eslint-env serviceworker */

/**
 * A till opens without network whatever address the browser remembers of it: what it was
 * showing when it was closed, or the way it was opened from the backend. Core keeps its
 * first page only, and answers no other address.
 */
async function openTill(request, home) {
    const cache = await caches.open("odoo-pos-cache");
    try {
        const response = await fetch(request);
        // A page to log in must not stand in for the till.
        if (response.ok && response.type === "basic") {
            cache.put(request, response.clone());
        }
        return response;
    } catch (error) {
        const kept = (await cache.match(home)) || (await cache.match(request));
        if (!kept) {
            throw error;
        }
        return kept;
    }
}

self.addEventListener("fetch", (event) => {
    const till = /^\/pos\/ui\/\d+/.exec(new URL(event.request.url).pathname);
    if (till && event.request.mode === "navigate") {
        event.stopImmediatePropagation();
        event.respondWith(openTill(event.request, till[0]));
    }
});
