// The camera: opened at once, read frame by frame until a QR code is seen.

import { pixelsOf } from "./reader.mjs";

const WISHES = { video: { facingMode: "environment", width: { ideal: 1920 }, height: { ideal: 1080 } }, audio: false };
const PAUSE_MS = 40;
const SAME_AGAIN_AFTER_MS = 3000;

export class Camera {
  constructor(video, reader) {
    this.video = video;
    this.reader = reader;
    this.watch = 0;
  }

  /** Open the camera into the video element. Rejects as getUserMedia does: refused, none there, not allowed. */
  async open() {
    if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("no camera here", "NotSupportedError");
    this.stream = await navigator.mediaDevices.getUserMedia(WISHES);
    this.video.srcObject = this.stream;
    await this.video.play();
  }

  close() {
    this.stop();
    for (const track of this.stream?.getTracks() ?? []) track.stop();
    this.stream = undefined;
    this.video.srcObject = null;
  }

  get isOpen() {
    return Boolean(this.stream?.active);
  }

  /** The text of the next QR code seen; null when stopped before. The one seen last waits, to be taken away. */
  async nextCode() {
    const watch = ++this.watch;
    const again = performance.now() + SAME_AGAIN_AFTER_MS;
    while (watch === this.watch) {
      const { videoWidth: width, videoHeight: height } = this.video;
      if (width && height && !document.hidden) {
        const text = await this.reader.read(pixelsOf(this.video, width, height));
        const isNew = text && (text !== this.seen || performance.now() > again);
        if (isNew && watch === this.watch) return (this.seen = text);
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return null;
  }

  /** Stop looking for codes; the camera stays open. */
  stop() {
    this.watch++;
  }

  get hasTorch() {
    return Boolean(this.#track?.getCapabilities?.().torch);
  }

  async setTorch(on) {
    await this.#track?.applyConstraints({ advanced: [{ torch: on }] });
  }

  get #track() {
    return this.stream?.getVideoTracks()[0];
  }
}
