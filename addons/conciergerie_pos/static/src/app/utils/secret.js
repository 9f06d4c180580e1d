/**
 * Draw an identifier that nobody can guess: the code of a deposit ticket opens a page.
 *
 * Core's `uuidv4` is drawn by `Math.random`, of which a few results tell the next ones;
 * `crypto.randomUUID` is missing where a till is opened without TLS.
 */
export function drawSecretUuid() {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0"))
        .join("")
        .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
