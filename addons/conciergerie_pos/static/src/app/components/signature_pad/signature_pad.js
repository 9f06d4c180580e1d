import { Component, onMounted, onWillUnmount, useRef, useState } from "@odoo/owl";

/** Size of the picture that is kept, in pixels, whatever the screen. */
const WIDTH = 500;
const HEIGHT = 180;

/** A place to sign with a finger, a pen or a mouse; works without network. */
export class SignaturePad extends Component {
    static template = "conciergerie_pos.SignaturePad";
    static props = { onChange: Function };

    setup() {
        this.canvas = useRef("canvas");
        this.state = useState({ empty: true });
        this.drawing = false;
        this.observer = new ResizeObserver(() => this.fit());
        onMounted(() => {
            this.observer.observe(this.canvas.el);
            this.fit();
        });
        onWillUnmount(() => this.observer.disconnect());
    }

    /** Keep the bitmap fixed; only the display follows the screen. */
    fit() {
        const canvas = this.canvas.el;
        if (canvas && canvas.width !== WIDTH) {
            canvas.width = WIDTH;
            canvas.height = HEIGHT;
        }
    }

    point(ev) {
        const box = this.canvas.el.getBoundingClientRect();
        return [
            ((ev.clientX - box.left) * WIDTH) / box.width,
            ((ev.clientY - box.top) * HEIGHT) / box.height,
        ];
    }

    start(ev) {
        ev.preventDefault();
        // A pointer made by a script cannot be captured; strokes still draw.
        try {
            this.canvas.el.setPointerCapture(ev.pointerId);
        } catch {
            this.drawing = false;
        }
        this.drawing = true;
        const context = this.canvas.el.getContext("2d");
        context.lineWidth = 3;
        context.lineCap = "round";
        context.lineJoin = "round";
        context.strokeStyle = "#1a1a2e";
        context.beginPath();
        context.moveTo(...this.point(ev));
    }

    move(ev) {
        if (!this.drawing) {
            return;
        }
        const context = this.canvas.el.getContext("2d");
        context.lineTo(...this.point(ev));
        context.stroke();
        this.state.empty = false;
    }

    end() {
        if (!this.drawing) {
            return;
        }
        this.drawing = false;
        if (!this.state.empty) {
            this.props.onChange(this.canvas.el.toDataURL("image/png").split(",")[1]);
        }
    }

    clear() {
        this.canvas.el.getContext("2d").clearRect(0, 0, WIDTH, HEIGHT);
        this.state.empty = true;
        this.props.onChange(false);
    }
}
