// Finds a QR code in a picture, off the page's own thread. Served as /scan/worker.js, so that the scanner's
// service worker and a policy of its own (WebAssembly) apply to it; paths are relative to that address.
/* global ZXingWASM, importScripts */

const VENDOR = new URL("../static/vendor/zxing-wasm/", self.location);

importScripts(new URL("reader.js", VENDOR).href);

// Without locateFile the library would ask another host for its WebAssembly file.
ZXingWASM.prepareZXingModule({
  overrides: { locateFile: (name) => new URL(name, VENDOR).href },
  fireImmediately: true,
});

/** {id, image: ImageData} in; {id, text} out, text null when there is no QR code; {id, error} when it can't work. */
self.addEventListener("message", async ({ data: { id, image } }) => {
  try {
    const found = await ZXingWASM.readBarcodes(image, {
      formats: ["QRCode"],
      tryHarder: true,
      maxNumberOfSymbols: 1,
    });
    self.postMessage({ id, text: found[0]?.isValid ? found[0].text : null });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
});
