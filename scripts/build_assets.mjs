// Copies what the browser needs from node_modules into app/web/static/vendor, with every licence beside it.
// Run by `make assets`; the result is committed, so the product itself needs neither Node nor a network.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const vendor = join(root, "app/web/static/vendor");

const LIBRARIES = [
  { from: "bootstrap", to: "bootstrap", files: { "dist/css/bootstrap.min.css": "bootstrap.min.css", LICENSE: "LICENSE" } },
  { from: "htmx.org", to: "htmx", files: { "dist/htmx.min.js": "htmx.min.js", LICENSE: "LICENSE" } },
  {
    from: "zxing-wasm",
    to: "zxing-wasm",
    files: {
      "dist/iife/reader/index.js": "reader.js",
      "dist/reader/zxing_reader.wasm": "zxing_reader.wasm",
      LICENSE: "LICENSE",
    },
  },
  { from: "@noble/ed25519", to: "noble-ed25519", files: { "index.js": "ed25519.js", LICENSE: "LICENSE" } },
  {
    from: "swagger-ui-dist",
    to: "swagger-ui",
    files: {
      "swagger-ui-bundle.js": "swagger-ui-bundle.js",
      "swagger-ui-bundle.js.LICENSE.txt": "swagger-ui-bundle.js.LICENSE.txt",
      "swagger-ui.css": "swagger-ui.css",
      LICENSE: "LICENSE",
      NOTICE: "NOTICE",
    },
  },
];

/** The version of an installed package. */
function versionOf(name) {
  return JSON.parse(readFileSync(join(modules, name, "package.json"), "utf8")).version;
}

/** Copy one file; scripts and styles lose the pointer to a source map that is not shipped. */
function copy(source, target) {
  if (!/\.(js|css)$/.test(target)) return copyFileSync(source, target);
  const text = readFileSync(source, "utf8").replace(/\n?(\/\/|\/\*)# sourceMappingURL=[^\n*]*(\*\/)?\s*$/, "\n");
  return writeFileSync(target, text);
}

/** The drawing inside one Tabler outline icon, on one line, without its frame. */
function drawing(name) {
  return readFileSync(join(modules, "@tabler/icons/icons/outline", `${name}.svg`), "utf8")
    .replace(/^[\s\S]*?<svg[^>]*>/, "")
    .replace("</svg>", "")
    .replace(/<path stroke="none"[^>]*\/>/, "")
    .replace(/\s+/g, " ")
    .replace(/ \/>/g, "/>")
    .replace(/> </g, "><")
    .trim();
}

rmSync(vendor, { recursive: true, force: true });
const versions = {};
for (const { from, to, files } of LIBRARIES) {
  mkdirSync(join(vendor, to), { recursive: true });
  for (const [source, target] of Object.entries(files)) copy(join(modules, from, source), join(vendor, to, target));
  versions[from] = versionOf(from);
}

const names = readFileSync(join(root, "app/web/icons.txt"), "utf8").trim().split(/\s+/).sort();
const icons = Object.fromEntries(names.map((name) => [name, drawing(name)]));
mkdirSync(join(vendor, "tabler-icons"), { recursive: true });
writeFileSync(join(vendor, "tabler-icons/icons.json"), `${JSON.stringify(icons, null, 0).replace(/","/g, '",\n"')}\n`);
copyFileSync(join(modules, "@tabler/icons/LICENSE"), join(vendor, "tabler-icons/LICENSE"));
versions["@tabler/icons"] = versionOf("@tabler/icons");

const checks = join(root, "tests/e2e/vendor");
mkdirSync(checks, { recursive: true });
copyFileSync(join(modules, "axe-core/axe.min.js"), join(checks, "axe.min.js"));
copyFileSync(join(modules, "axe-core/LICENSE"), join(checks, "axe-core.LICENSE"));
versions["axe-core"] = versionOf("axe-core");

writeFileSync(join(vendor, "versions.json"), `${JSON.stringify(versions, null, 2)}\n`);
console.log(`${names.length} icons and ${LIBRARIES.length} libraries -> app/web/static/vendor`);
