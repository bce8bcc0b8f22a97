import { defineConfig } from "vite";

// Where `npm run dev` finds a webmail server; the built application always talks to its own origin.
const server = process.env["WEBMAIL_SERVER"] ?? "http://localhost:8080";

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "../Web/wwwroot",
    emptyOutDir: true,
    // Nothing inline: the page's policy allows only files of its own origin.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // The webmail refuses unsafe requests whose Origin is not its own host, so the proxy speaks as a page of that host.
    proxy: Object.fromEntries(
      ["/session", "/.well-known", "/jmap", "/mail"].map((path) => [path, { target: server, changeOrigin: true, headers: { origin: server } }]),
    ),
  },
});
