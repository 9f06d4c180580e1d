/* global posmodel */

import { run } from "@point_of_sale/../tests/generic_helpers/utils";

/** Ask the test to cut or restore the network, and wait until it is so. */
export function network(order) {
    return {
        ...run(async () => {
            console.log(`network: ${order}`);
            for (let i = 0; i < 100; i++) {
                await new Promise((resolve) => setTimeout(resolve, 100));
                let answers = true;
                try {
                    await fetch("/pos/ping", { method: "POST", body: "{}" });
                } catch {
                    answers = false;
                }
                if (answers === (order === "on")) {
                    return;
                }
            }
            throw new Error(`the network is not ${order}`);
        }, `network ${order}`),
        timeout: 20000,
    };
}

/** Wait until the pages can be opened without network. */
export function serviceWorkerReady() {
    return {
        ...run(async () => {
            await navigator.serviceWorker.ready;
        }, "the service worker is ready"),
        timeout: 30000,
    };
}

export function open(query = "") {
    return {
        ...run(
            async () => {
                await posmodel.data.synchronizeLocalDataInIndexedDB();
                window.location.href = `/pos/ui/${odoo.pos_config_id}${query}`;
            },
            "open the till's page",
            true
        ),
        timeout: 60000,
    };
}

/** Open the page again, with what the browser happens to have written down. */
export function openAsIs() {
    return {
        ...run(
            () => {
                window.location.href = `/pos/ui/${odoo.pos_config_id}`;
            },
            "open the till's page again",
            true
        ),
        timeout: 60000,
    };
}

export function unsent(number) {
    return {
        ...run(async () => {
            for (let i = 0; i < 50; i++) {
                const entries = await posmodel.localStore.all("outbox");
                if (entries.length === number) {
                    return;
                }
                await new Promise((resolve) => setTimeout(resolve, 100));
            }
            const kinds = (await posmodel.localStore.all("outbox")).map((entry) => entry.kind);
            throw new Error(`${number} expected in the outbox, there are: ${kinds}`);
        }, `${number} in the outbox`),
    };
}
