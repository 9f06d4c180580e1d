import { Component, useState } from "@odoo/owl";
import { SignaturePad } from "@conciergerie_pos/app/components/signature_pad/signature_pad";

/** Who takes things: the person who signs, or a proxy with a name. */
export class HandOverForm extends Component {
    static template = "conciergerie_pos.HandOverForm";
    static components = { SignaturePad };
    static props = { proof: Object };

    setup() {
        this.proof = useState(this.props.proof);
    }

    toggleProxy() {
        this.proof.proxy = !this.proof.proxy;
        if (!this.proof.proxy) {
            this.proof.receiver = "";
        }
    }
}

export function emptyProof() {
    return { proxy: false, receiver: "", signature: false };
}

/** Whether there is a proof: a signature, and the name of a proxy. */
export function isProven(proof) {
    return proof.proxy ? Boolean(proof.receiver.trim()) : Boolean(proof.signature);
}
