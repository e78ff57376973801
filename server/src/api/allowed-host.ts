/**
 * A server on a loopback address answers only for loopback names: otherwise a foreign site could point its own name at
 * 127.0.0.1 and read answers as its own (DNS rebinding).
 */
const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)

/** Whether to answer for the `Host` header of a request to a server that listens on `boundTo`. */
export function allowsHost(boundTo: string, hostHeader: string | undefined): boolean {
  if (!isLoopback(boundTo)) return true
  const name = (hostHeader ?? '').toLowerCase().replace(/:\d+$/, '')
  return loopback.has(name) || name === boundTo
}
