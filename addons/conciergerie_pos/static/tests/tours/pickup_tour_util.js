/** Steps shared by the tours of the counter's screens. */

const started = {};

/** Open the register; the first load of a cold browser takes its time. */
export function openRegister() {
    return {
        content: "open the register",
        trigger: ".screen-login .btn.open-register-btn",
        run: "click",
        timeout: 60000,
    };
}

/** Count taps from here: `data-taps` of the page. */
export function startCounting(name) {
    return {
        content: `start counting taps of ${name}`,
        trigger: "body",
        run() {
            started[name] = { time: performance.now(), taps: 0 };
            const count = () => started[name].taps++;
            started[name].stop = () => document.removeEventListener("click", count, true);
            document.addEventListener("click", count, true);
        },
    };
}

/** Print taps and seconds since `startCounting`, and check them. */
export function stopCounting(name, { taps, seconds }) {
    return {
        content: `taps and seconds of ${name}`,
        trigger: "body",
        run() {
            const spent = (performance.now() - started[name].time) / 1000;
            started[name].stop();
            console.log(
                `${name}: ${started[name].taps} taps, ${spent.toFixed(1)} s of the screen's time`
            );
            if (started[name].taps > taps || spent > seconds) {
                throw new Error(`${name} took ${started[name].taps} taps, ${spent} s`);
            }
        },
    };
}

/** Type on the keyboard as a scanner does: fast, then Enter. */
export function scan(code) {
    return {
        content: `scan ${code}`,
        trigger: "body",
        run() {
            document.activeElement?.blur();
            for (const key of [...code, "Enter"]) {
                document.body.dispatchEvent(
                    new KeyboardEvent("keydown", { key, bubbles: true })
                );
            }
        },
    };
}

/** Draw on the pad. */
export function sign() {
    return {
        content: "sign",
        trigger: ".signature-pad canvas",
        run({ anchor }) {
            const box = anchor.getBoundingClientRect();
            const fire = (type, x, y) =>
                anchor.dispatchEvent(
                    new PointerEvent(type, {
                        bubbles: true,
                        pointerId: 1,
                        clientX: box.left + x,
                        clientY: box.top + y,
                    })
                );
            fire("pointerdown", 30, 60);
            for (let i = 1; i <= 12; i++) {
                fire("pointermove", 30 + i * 15, 60 + (i % 2 ? -25 : 25));
            }
            fire("pointerup", 210, 60);
        },
    };
}

export const click = (trigger, content) => ({ content: content || trigger, trigger, run: "click" });
export const shows = (trigger, content) => ({ content: content || trigger, trigger });
