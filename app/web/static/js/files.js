// Chosen files: name, size and, for pictures, a small view under the field.
"use strict";

(() => {
  function size(bytes) {
    return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
  }

  function line(file) {
    const row = document.createElement("div");
    row.className = "pre";
    if (file.type.startsWith("image/")) {
      const picture = new Image();
      picture.alt = "";
      picture.src = URL.createObjectURL(file);
      picture.addEventListener("load", () => URL.revokeObjectURL(picture.src));
      row.append(picture);
    }
    const words = document.createElement("span");
    words.textContent = `${file.name} · ${size(file.size)}`;
    row.append(words);
    return row;
  }

  document.querySelectorAll("input[type=file][data-preview]").forEach((field) => {
    const list = document.createElement("div");
    list.setAttribute("role", "status");
    field.after(list);
    field.addEventListener("change", () => list.replaceChildren(...[...field.files].map(line)));
  });
})();
