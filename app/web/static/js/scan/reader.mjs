// The worker as a function: one picture in, one text or null out.

export class QrReader {
  constructor(workerUrl) {
    this.worker = new Worker(workerUrl);
    this.waiting = new Map();
    this.nextId = 0;
    this.worker.addEventListener("message", ({ data }) => this.#settle(data));
    this.worker.addEventListener("error", (event) => this.#fail(new Error(event.message || "worker")));
  }

  /** The text of a QR code in `image` (ImageData, handed over), or null. Rejects when the reader can't work. */
  read(image) {
    if (this.broken) return Promise.reject(this.broken);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, image }, [image.data.buffer]);
    });
  }

  #settle({ id, text, error }) {
    const call = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) call?.reject(new Error(error));
    else call?.resolve(text);
  }

  #fail(error) {
    this.broken = error;
    for (const call of this.waiting.values()) call.reject(error);
    this.waiting.clear();
  }
}

const PHOTO_SIDES = [2000, 1000];

/** The text of a QR code in a photo, tried at two sizes; null when there is none or it is no picture. */
export async function readPhoto(reader, file) {
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return null;
  }
  for (const side of PHOTO_SIDES) {
    const text = await reader.read(pixelsOf(picture, picture.width, picture.height, side));
    if (text) return text;
  }
  return null;
}

const canvas = document.createElement("canvas");

/** The pixels of a picture or video, scaled down so that no side is longer than `longest`. */
export function pixelsOf(source, width, height, longest = Infinity) {
  const scale = Math.min(1, longest / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
