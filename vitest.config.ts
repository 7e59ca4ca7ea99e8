import { defineConfig } from "vitest/config";
import { localRegistry } from "./vite.config";

export default defineConfig({
  plugins: [localRegistry()],
  test: {
    environment: "happy-dom",
    include: ["static/src/**/*.test.ts"],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
