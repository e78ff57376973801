/**
 * The built web app: its files by exact name, found once at start, so that no path from a request reaches the file
 * system; and its page for every address that a browser navigates to.
 */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendRefusal } from './problem-reply.ts'

const page = 'index.html'

export async function serveWebApp(app: FastifyInstance, root: string | undefined): Promise<void> {
  const files = root !== undefined && existsSync(root) ? await filesOf(root) : new Set<string>()
  if (root !== undefined && files.has(page)) {
    await app.register(fastifyStatic, { root, serve: false, cacheControl: false })
  }
  app.get('/*', { config: { permission: 'public' } }, (request, reply) => {
    const path = request.url.split('?', 1)[0]?.slice(1) ?? ''
    if (files.has(path) && path !== page) return sendAsset(reply, path)
    if (files.has(page) && isNavigation(request, path)) {
      return reply.header('cache-control', 'no-cache').sendFile(page)
    }
    return sendRefusal(request, reply, { code: 'NOT_FOUND', detail: `there is nothing at /${path}` })
  })
}

async function filesOf(root: string): Promise<ReadonlySet<string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile())
  return new Set(files.map((file) => relative(root, join(file.parentPath, file.name)).split(sep).join('/')))
}

/** The bundler puts the hash of the content into the names of assets, so they never change. */
const sendAsset = (reply: FastifyReply, path: string): FastifyReply =>
  reply
    .header('cache-control', path.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
    .sendFile(path)

const apart = /^(?:api|v2|health|assets)(?:\/|$)/i
const disguised = /[;\\]|\.\.|\/\/|%2e|%2f|%5c|%00/i

/** A page address: asked for by a browser, outside of the API, without tricks. */
const isNavigation = ({ headers }: FastifyRequest, path: string): boolean =>
  (path === '' || /^\w/.test(path)) &&
  !apart.test(path) &&
  !disguised.test(path) &&
  (headers.accept ?? '').includes('text/html')
