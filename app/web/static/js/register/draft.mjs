// The draft of one person on this device: what was chosen in localStorage, the photo beside it in IndexedDB.

const PREFIX = "parkloop-register:";
const DATABASE = "parkloop-register";

export class Draft {
  constructor(user) {
    this.key = PREFIX + user;
    this.photoKey = user;
  }

  /** What was kept, or null. */
  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key));
    } catch {
      return null;
    }
  }

  keep(state) {
    try {
      localStorage.setItem(this.key, JSON.stringify(state));
    } catch (error) {
      console.warn(error); // a full or forbidden store: the page still works, only a reload forgets
    }
  }

  async readPhoto() {
    return this.#act("readonly", (store) => store.get(this.photoKey)).catch(() => undefined);
  }

  async keepPhoto(blob) {
    await this.#act("readwrite", (store) => store.put(blob, this.photoKey)).catch((error) => console.warn(error));
  }

  async forget() {
    localStorage.removeItem(this.key);
    await this.#act("readwrite", (store) => store.delete(this.photoKey)).catch(() => undefined);
  }

  async #act(mode, work) {
    const database = await asked(indexedDB.open(DATABASE, 1), (request) => request.result.createObjectStore("photos"));
    try {
      return await asked(work(database.transaction("photos", mode).objectStore("photos")));
    } finally {
      database.close();
    }
  }
}

function asked(request, upgrade) {
  return new Promise((resolve, reject) => {
    if (upgrade) request.onupgradeneeded = () => upgrade(request);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
