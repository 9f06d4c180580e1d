/**
 * Code 128, set B: the bars of labels and deposit tickets, drawn without network.
 *
 * Each symbol is the widths of its bars and spaces, in modules, a bar first; its place
 * is its value (ISO/IEC 15417).
 */
const SYMBOLS =
    "212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 " +
    "112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 " +
    "311222 321122 321221 312212 322112 322211 212123 212321 232121 111323 131123 131321 " +
    "112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 " +
    "313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 " +
    "314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 " +
    "122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 " +
    "124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113 " +
    "114311 411113 411311 113141 114131 311141 411131 ";
const START_B = { value: 104, widths: "211214" };
const STOP = "2331112";
const QUIET_MODULES = 10;
const WIDTHS = SYMBOLS.trim().split(" ");

/**
 * @param {string} text printable ASCII
 * @returns {string} widths of bars and spaces, a bar first, quiet zones left out
 */
export function code128Widths(text) {
    const values = [...text].map((char) => char.charCodeAt(0) - 32);
    if (values.some((value) => value < 0 || value > 94)) {
        throw new Error(`“${text}” has characters that no bar code has`);
    }
    const sum = values.reduce((total, value, i) => total + value * (i + 1), START_B.value);
    return [START_B.widths, ...[...values, sum % 103].map((value) => WIDTHS[value]), STOP].join("");
}

/**
 * @param {string} text printable ASCII
 * @returns {string} an SVG image as data URL, to be stretched to any size
 */
export function code128DataUrl(text) {
    const bars = [];
    let x = QUIET_MODULES;
    [...code128Widths(text)].forEach((width, i) => {
        if (i % 2 === 0) {
            bars.push(`M${x} 0h${width}v1h-${width}z`);
        }
        x += Number(width);
    });
    const svg =
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${x + QUIET_MODULES} 1"` +
        ` preserveAspectRatio="none" shape-rendering="crispEdges"><path d="${bars.join("")}"/></svg>`;
    return "data:image/svg+xml;base64," + window.btoa(svg);
}
