import { mkdtempSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { createPipes, openChannels } from './pipes.ts'

it('leaves in the pipes what nobody has asked for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'braid-pipes-'))
  const channels = await openChannels(await createPipes(join(folder, 'pipes')))
  const [, out, err] = channels.ends as readonly number[]
  for (const [stream, end] of [
    [channels.stdout, out],
    [channels.stderr, err],
    [channels.result, channels.resultEnd],
  ] as const) {
    writeSync(end as number, 'a')
    await vi.waitFor(() => expect(stream.readableLength).toBe(1))
    writeSync(end as number, 'b')
    await pause(50)
    expect(stream.readableLength).toBe(1)
  }
  channels.close()
  rmSync(folder, { recursive: true })
})
