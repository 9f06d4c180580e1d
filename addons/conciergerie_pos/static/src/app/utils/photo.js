import { loadImage } from "@point_of_sale/utils";

// What base keeps of a photo; a phone's 12 megapixels become some 100 kB.
const MAX_SIZE = 1024;
const QUALITY = 0.8;

/**
 * @param {File|Blob} file what the camera took
 * @returns {Promise<Blob>} a JPEG of 1024 pixels at most
 */
export async function shrinkPhoto(file) {
    const url = URL.createObjectURL(file);
    try {
        const image = await loadImage(url);
        const scale = Math.min(1, MAX_SIZE / Math.max(image.width, image.height));
        const canvas = document.createElement("canvas");
        canvas.width = Math.round(image.width * scale);
        canvas.height = Math.round(image.height * scale);
        canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
        return await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
    } finally {
        URL.revokeObjectURL(url);
    }
}

/**
 * @param {Blob} blob
 * @returns {Promise<string>} base64, without the head of a data URL
 */
export function blobToBase64(blob) {
    return new Promise((resolve, reject) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result.split(",")[1]);
        reader.onerror = () => reject(reader.error);
        reader.readAsDataURL(blob);
    });
}
