// Scanning inside the page: a dialog with the camera, or a photo; gives the text of one code or null.

import { Camera } from "../scan/camera.mjs";
import { QrReader, readPhoto } from "../scan/reader.mjs";

export class ScanDialog {
  constructor(dialog, workerUrl) {
    this.dialog = dialog;
    this.workerUrl = workerUrl;
    dialog.querySelector("[data-scan-close]").addEventListener("click", () => this.#end(null));
    dialog.addEventListener("cancel", () => this.#end(null));
    dialog.querySelector("[data-scan-photo]").addEventListener("change", (event) => this.#onPhoto(event));
  }

  /** @param words {title, hint, none}: what to aim at, and what to say when a photo holds no code */
  async text(words) {
    this.words = words;
    this.dialog.querySelector("[data-scan-title]").textContent = words.title;
    this.#say(words.hint);
    this.dialog.showModal();
    const found = new Promise((resolve) => (this.resolve = resolve));
    this.#look();
    return found;
  }

  async #look() {
    this.reader ??= new QrReader(this.workerUrl);
    this.camera ??= new Camera(this.dialog.querySelector("[data-video]"), this.reader);
    try {
      await this.camera.open();
      const text = await this.camera.nextCode();
      if (text !== null) this.#end(text);
    } catch {
      this.#say(this.words.noCamera);
    }
  }

  async #onPhoto(event) {
    const [file] = event.target.files;
    event.target.value = "";
    const text = file ? await readPhoto(this.reader, file).catch(() => null) : null;
    if (text) this.#end(text);
    else this.#say(this.words.none);
  }

  #say(words) {
    this.dialog.querySelector("[data-scan-hint]").textContent = words;
  }

  #end(text) {
    this.camera?.close();
    if (this.dialog.open) this.dialog.close();
    this.resolve?.(text);
    this.resolve = undefined;
  }
}
