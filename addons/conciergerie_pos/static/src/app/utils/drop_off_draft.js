import { drawSecretUuid } from "@conciergerie_pos/app/utils/secret";

/** What the screen begins with. */
export function emptyDraft(partner) {
    return {
        uuid: drawSecretUuid(),
        date: luxon.DateTime.now().toISO(),
        found: false,
        partner: partner || null,
        name: "",
        phone: "",
        isNew: false,
        text: "",
        people: [],
        lines: [],
        busy: false,
    };
}

/**
 * What is being typed of a drop-off, as it is written down: all of the screen but the
 * photos, which are kept by themselves as they are taken.
 *
 * @param {Object} state of the screen
 * @param {Object} [known] the person of the ticket, whom the screen begins with
 * @returns {Object|null} null where nothing was typed
 */
export function draftOf(state, known) {
    const { uuid, date, partner, isNew, name, phone } = state;
    const lines = state.lines.map(({ photos, ...line }) => ({
        ...line,
        piece_notes: [...line.piece_notes],
    }));
    const isTyped =
        lines.length || name.trim() || phone.trim() || (partner && partner.id !== known?.id);
    if (!isTyped) {
        return null;
    }
    return {
        uuid,
        date,
        isNew,
        name,
        phone,
        partner: partner && { id: partner.id, name: partner.name, phone: partner.phone || "" },
        lines,
    };
}

/** A service of the screen, as a drop-off has it: a note for each piece, no photos. */
export function lineToTake({ photos, ...line }) {
    const piece_notes = Array.from(
        { length: line.piece_count },
        (_, i) => line.piece_notes[i] || ""
    );
    return { ...line, piece_notes };
}

/**
 * A service of a draft, as it can be taken now.
 *
 * @param {Object} line as `draftOf` wrote it
 * @param {{id: number, name: string}[]} offers who does it now
 * @param {string} today ISO date
 */
export function lineOfDraft(line, offers, today) {
    const offer = offers.find((one) => one.id === line.provider_id) || offers[0];
    const isDateChosen = Boolean(line.isDateChosen && line.promised_date >= today);
    return {
        ...line,
        provider_id: offer?.id || false,
        provider_name: offer?.name || "",
        isDateChosen,
    };
}
