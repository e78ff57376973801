import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  server: { host: '127.0.0.1', proxy: { '/api': 'http://127.0.0.1:8080' } },
  build: {
    target: 'es2022',
    // The two bpmn.io chunks are large by nature and loaded only where a diagram or form is shown.
    chunkSizeWarningLimit: 900,
  },
})
