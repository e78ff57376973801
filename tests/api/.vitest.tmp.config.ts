import { defineConfig } from 'vitest/config'
export default defineConfig({
  root: '/work/main',
  test: {
    include: [
      'tests/api/*.test.ts',
      'server/src/*.test.ts',
      'server/src/api/*.test.ts',
      'server/src/operations/**/*.test.ts',
      'contract/src/*.test.ts',
    ],
    maxWorkers: 1,
    pool: 'forks',
  },
})
