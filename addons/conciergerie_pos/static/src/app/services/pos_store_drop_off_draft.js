import { PosStore } from "@point_of_sale/app/services/pos_store";
import { patch } from "@web/core/utils/patch";
import { Mutex } from "@web/core/utils/concurrency";
import { ConnectionLostError } from "@web/core/network/rpc";
import { lineOfDraft } from "../utils/drop_off_draft";
import { DRAFTS, PHOTOS } from "../utils/local_store";

// One screen, one thing that is being typed.
const KEY = "drop-off";

/** What is being typed on the drop-off screen: kept until it is taken or given up. */
patch(PosStore.prototype, {
    async setup() {
        this.typedMutex = new Mutex();
        await super.setup(...arguments);
    },

    /** @returns {Promise<Object|undefined>} what was being typed, as it was written down */
    async typedDropOff() {
        return this.typedMutex.exec(async () => {
            const drafts = await this.localStore.all(DRAFTS);
            return drafts.find((draft) => draft.key === KEY);
        });
    },

    /**
     * Write down what is being typed, or forget it. Of calls that wait only the last
     * one counts.
     *
     * @param {Object|null} draft see `draftOf`
     */
    async keepTypedDropOff(draft) {
        this.toKeep = { draft };
        return this.typedMutex.exec(async () => {
            if (!this.toKeep) {
                return;
            }
            const row = this.toKeep.draft;
            this.toKeep = undefined;
            if (row) {
                // A database takes no proxies, of which the screen's state is made.
                const plain = JSON.parse(JSON.stringify(row));
                await this.localStore.put(DRAFTS, [{ ...plain, key: KEY }]);
            } else {
                await this.forgetTypedDropOff();
            }
        });
    },

    async forgetTypedDropOff() {
        const [draft] = await this.localStore.all(DRAFTS);
        if (!draft) {
            return;
        }
        await this.localStore.delete(DRAFTS, [draft.key]);
        if (!this.isTaken(draft)) {
            await this.dropPhotos(await this.photosOf(draft.uuid));
        }
    },

    isTaken(draft) {
        return Boolean(this.models["conciergerie.drop.off"].getBy("uuid", draft.uuid));
    },

    /**
     * What was being typed, as the screen shows it; undefined where there is nothing, or
     * where it was taken just before the page was closed.
     */
    async findTypedDropOff() {
        const draft = await this.typedDropOff();
        if (!draft) {
            return undefined;
        }
        const outbox = await this.countOutbox();
        if (this.isTaken(draft) || outbox.some((entry) => entry.key === draft.uuid)) {
            await this.keepTypedDropOff(null);
            return undefined;
        }
        const { uuid, date } = draft;
        const today = luxon.DateTime.now().toISODate();
        const lines = draft.lines
            .filter((line) => this.hasService(line))
            .map((line) => [line, this.models["product.template"].get(line.template_id)])
            .map(([line, service]) => [line, this.dropOffOffers(service)])
            .filter(([, offers]) => offers)
            .map(([line, offers]) => lineOfDraft(line, offers, today));
        return {
            uuid,
            date,
            ...(await this.personOfDraft(draft)),
            lines: await this.withPhotos(uuid, lines),
        };
    },

    hasService(line) {
        return Boolean(
            this.models["product.template"].get(line.template_id) &&
                this.models["product.product"].get(line.product_id)
        );
    },

    /** Somebody whom this till no longer knows is given by name: the server finds her. */
    async personOfDraft({ partner, isNew, name, phone }) {
        if (!partner) {
            return { partner: null, isNew, name, phone };
        }
        const people = this.models["res.partner"];
        if (!people.get(partner.id)) {
            try {
                await this.data.read("res.partner", [partner.id]);
            } catch (error) {
                if (!(error instanceof ConnectionLostError)) {
                    throw error;
                }
            }
        }
        const known = people.get(partner.id);
        return known
            ? { partner: known, isNew: false, name: "", phone: "" }
            : { partner: null, isNew: true, name: partner.name, phone: partner.phone };
    },

    // ------------------------------------------------------------------
    // Photos of pieces: written down as they are taken
    // ------------------------------------------------------------------

    async keepPhoto(dropOff, line, number, blob) {
        const key = [dropOff, line, number].join();
        await this.localStore.put(PHOTOS, [{ key, dropOff, line, number, blob, ready: false }]);
    },

    async dropPhotos(photos) {
        await this.localStore.delete(
            PHOTOS,
            photos.map((photo) => photo.key)
        );
    },

    /** Forget photos of services that were taken off, and of pieces beyond the number. */
    async dropOtherPhotos(dropOff) {
        const photos = await this.photosOf(dropOff.uuid);
        await this.dropPhotos(
            photos.filter(({ line, number }) => {
                const item = dropOff.items.find((one) => one.uuid === line);
                return !item || number > item.piece_count;
            })
        );
    },

    /** Lines as the screen shows them, with the photos that were taken. */
    async withPhotos(uuid, lines) {
        const photos = await this.photosOf(uuid);
        return lines.map((line) => ({
            ...line,
            photos: Object.fromEntries(
                photos
                    .filter((photo) => photo.line === line.uuid)
                    .map(({ number, blob }) => [number, { url: URL.createObjectURL(blob) }])
            ),
        }));
    },
});
