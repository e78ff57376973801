import { defineConfig } from 'vitest/config'

/** Run by `npm run test:kubernetes`, which starts the cluster. */
export default defineConfig({
  test: {
    root: import.meta.dirname,
    include: ['*.test.ts'],
    pool: 'forks',
    // A database for the server that runs its scripts there.
    globalSetup: '../support/global-setup.ts',
    server: { deps: { external: [/server\/src\/applications\/module-graph\.ts$/] } },
    // One node, and each file has a namespace of its own.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
})
