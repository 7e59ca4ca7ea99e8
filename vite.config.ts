import { resolve } from "node:path";
import { defineConfig, type Plugin } from "vite";

const here = import.meta.dirname;

/** dockerfile-language-service would ask Docker Hub for tags; ours answers from the images this site has. */
export function localRegistry(): Plugin {
  return {
    name: "drydock-local-registry",
    enforce: "pre",
    resolveId(source) {
      return source.endsWith("/dockerRegistryClient")
        ? resolve(here, "static/src/components/editor/registry-client.ts")
        : null;
    },
  };
}

const page = (name: string) => resolve(here, `static/src/pages/${name}.ts`);

export default defineConfig({
  base: "/static/",
  publicDir: "static/src/public",
  plugins: [localRegistry()],
  build: {
    outDir: "static/dist",
    emptyOutDir: true,
    manifest: "manifest.json",
    target: "es2022",
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 700,
    rolldownOptions: { input: [page("site"), page("home"), page("build"), page("images")] },
  },
});
