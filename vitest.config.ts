import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    pool: 'forks',
    // Two cores: a third process only makes timings worse.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'core/src/**/*.test.ts',
            'contract/src/**/*.test.ts',
            'runner/src/**/*.test.ts',
            'web/src/**/*.test.{ts,tsx}',
            'tests/tidy/**/*.test.ts',
            'tests/docs/**/*.test.ts',
          ],
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['server/src/**/*.test.ts', 'tests/**/*.test.ts', 'applications/**/*.test.ts'],
          // Kubernetes is tested by a command of its own.
          exclude: ['tests/tidy/**', 'tests/docs/**', 'tests/kubernetes/**'],
          // One database server for the run.
          globalSetup: 'tests/support/global-setup.ts',
          // Node itself loads applications, by hooks that the loader of tests does not ask.
          server: { deps: { external: [/server\/src\/applications\/module-graph\.ts$/] } },
        },
      },
    ],
  },
})
