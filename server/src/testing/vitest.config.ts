import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** For `braid test`: the tests in a folder of applications. */
export default defineConfig({
  test: {
    pool: 'forks',
    // The server's modules are loaded once per process: tests share them, and have a server each.
    isolate: false,
    // Node reads TypeScript by itself.
    experimental: { viteModuleRunner: false },
    // Tests wait for their servers: two processors have room for three of them.
    maxWorkers: '150%',
    include: ['**/*.test.ts'],
    globalSetup: fileURLToPath(new URL('./database-server.ts', import.meta.url)),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
