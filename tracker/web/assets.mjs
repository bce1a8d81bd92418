// Copies what the pages load from node_modules to static/vendor; run by `npm run assets`.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const target = "tracker/web/static/vendor";
mkdirSync(target, { recursive: true });

const files = {
  "node_modules/htmx.org/dist/htmx.min.js": "htmx.min.js",
  "node_modules/echarts/dist/echarts.simple.min.js": "echarts.min.js",
  "node_modules/axe-core/axe.min.js": "axe.min.js",
};
for (const [from, to] of Object.entries(files)) copyFileSync(from, `${target}/${to}`);

const font = "node_modules/@fontsource/be-vietnam-pro";
let css = "";
for (const weight of [400, 600, 700]) {
  const sheet = readFileSync(`${font}/${weight}.css`, "utf8");
  css += sheet.replaceAll(/,\s*url\([^)]*\.woff\) format\('woff'\)/g, "");
  for (const part of ["vietnamese", "latin-ext", "latin"]) {
    const name = `be-vietnam-pro-${part}-${weight}-normal.woff2`;
    copyFileSync(`${font}/files/${name}`, `${target}/${name}`);
  }
}
writeFileSync(`${target}/fonts.css`, css.replaceAll("./files/", ""));
