/** Imported into a server before it starts: tells what its memory holds once the collector has been there. */
process.on('SIGUSR2', () => {
  // Twice: what the first one finalises, the second one frees.
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  process.stdout.write(`retained ${heapUsed + external}\n`)
})
