import { defineConfig } from "vite";

export default defineConfig({
  base: "/static/",
  publicDir: "dist/public",
  build: {
    outDir: "../tinhso/web/kit/static",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: ["chrome109", "firefox115", "safari16"],
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: { input: { main: "src/main.ts" } },
  },
});
