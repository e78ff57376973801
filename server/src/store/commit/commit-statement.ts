/**
 * The statement that stores a batch: one round trip, one transaction, made of the parts the batch has rows for.
 * Its parts run against one snapshot; `stored` names the instances that passed their guards.
 */
import { encodeInt8s } from '../binary-array.ts'
import type { Statement } from '../database.ts'
import { notificationChannel } from '../notifications.ts'
import { instanceParts } from './instance-parts.ts'
import { messageParts } from './message-parts.ts'
import { moveParts } from './move-part.ts'
import type { Part, PreparedCommit } from './part.ts'
import { recordParts } from './record-parts.ts'
import { waitingParts } from './waiting-parts.ts'

const parts: readonly Part[] = [
  ...Object.values(instanceParts),
  ...Object.values(waitingParts),
  ...Object.values(messageParts),
  ...Object.values(recordParts),
  ...Object.values(moveParts),
]
/** Of all parts at once. */
const everything = 2 ** parts.length - 1

/**
 * Statements kept prepared per connection. A plan takes some hundred kilobytes of a backend; batches beyond the
 * first so many mixtures use the statement with all parts, some of them empty.
 */
const maxMixtures = 48

const storedText = (present: ReadonlySet<string>): string => {
  const keys = ['updates', 'creations']
    .filter((name) => present.has(name))
    .map((name) => `select key from ${name}`)
  return `stored as materialized (${keys.join(' union all ')})`
}

/** The text for a mixture of parts. Answers the keys of the instances that were not stored. */
function commitText(mixture: number, notify: boolean): string {
  const chosen = parts.filter((_, index) => mixture & (1 << index))
  const present = new Set(chosen.map((part) => part.name))
  let parameter = 1
  const expressions = chosen.map((part) => {
    const columns = part.columns.map(({ type }) => `$${++parameter}::${type}[]`).join(', ')
    const names = part.columns.map(({ name }) => name).join(', ')
    return part.text({ rows: `unnest(${columns}) as r(${names})`, present })
  })
  const refused = `
    select r.key from unnest($1::bigint[]) as r(key)
    where (r.key in (select key from stored)) is not true`
  // The notification is one more row, without a key.
  const answer = notify
    ? `${refused} union all select null from pg_notify('${notificationChannel}', $${++parameter})`
    : refused
  // Claims name `stored`, whose parts name claims: `recursive` lets them stand in any order.
  return `with recursive ${[...expressions, storedText(present)].join(', ')}${answer}`
}

/** Chooses, remembers and fills the statement of a batch; one per store. */
export function createCommitStatements(): (
  batch: readonly PreparedCommit[],
  notice: string | undefined,
) => Statement {
  const texts = new Map<string, string>()

  return (batch, notice) => {
    const encoded = parts.map((part) => part.encode(batch))
    let mixture = 0
    encoded.forEach((columns, index) => {
      if (columns !== undefined) mixture |= 1 << index
    })
    const suffix = notice === undefined ? '' : 'n'
    if (!texts.has(`${mixture}${suffix}`) && texts.size >= maxMixtures) mixture = everything
    const id = `${mixture}${suffix}`
    const text = texts.get(id) ?? commitText(mixture, notice !== undefined)
    texts.set(id, text)
    const values: (Buffer | string)[] = [encodeInt8s(batch.map(({ commit }) => commit.key))]
    parts.forEach((part, index) => {
      if (mixture & (1 << index)) values.push(...(encoded[index] ?? part.encodeNothing()))
    })
    if (notice !== undefined) values.push(notice)
    return { name: `commit-${id}`, text, values }
  }
}
