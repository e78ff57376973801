import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** For `braid test`: the tests in a folder of applications. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['**/*.test.ts'],
    globalSetup: fileURLToPath(new URL('./database-server.ts', import.meta.url)),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
