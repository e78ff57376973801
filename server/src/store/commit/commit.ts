/**
 * Stores a batch of instance commits (C1–C3 of the port). Rows go in the order of their keys, so that two nodes that
 * hold the same instances wait for each other instead of deadlocking.
 */
import type { Key } from '@braid/core/base/key.ts'
import type { Database } from '../database.ts'
import { netRows } from '../net-rows.ts'
import { noticeOfCommit } from '../notifications.ts'
import type { ExecutionStore, InstanceCommit, Refusal } from '../port.ts'
import { createCommitStatements } from './commit-statement.ts'
import type { PreparedCommit } from './part.ts'

export type Commit = ExecutionStore['commit']

const claimName = (claim: { readonly source: Key; readonly claim: string }): string =>
  `${claim.source} ${claim.claim}`

/**
 * Leaves out an instance that claims what an earlier one of the batch claims. It is refused by version, not by
 * claim: the earlier one may still be refused itself, so the later one has to be decided again.
 */
function withoutRivals(batch: readonly InstanceCommit[]): {
  readonly kept: readonly InstanceCommit[]
  readonly refused: readonly Refusal[]
} {
  const keys = new Set<Key>()
  const claims = new Set<string>()
  const kept: InstanceCommit[] = []
  const refused: Refusal[] = []
  for (const commit of batch) {
    if (keys.has(commit.key)) throw new Error(`instance ${commit.key} is in the batch twice`)
    keys.add(commit.key)
    if (commit.claims.some((claim) => claims.has(claimName(claim)))) {
      refused.push({ key: commit.key, reason: 'version' })
      continue
    }
    for (const claim of commit.claims) claims.add(claimName(claim))
    kept.push(commit)
  }
  return { kept, refused }
}

type RefusalFacts = { readonly key: number; readonly claimed: boolean; readonly start_key_taken: boolean }

/** Why instances were refused, as far as it lasts: a claim for good, a start key while its holder is active. */
async function explain(database: Database, refused: readonly InstanceCommit[]): Promise<readonly Refusal[]> {
  const claims = refused.flatMap((commit) => commit.claims.map((claim) => ({ ...claim, key: commit.key })))
  const starts = refused.filter((commit) => commit.baseVersion === 0 && commit.startKey !== undefined)
  const rows = await database.run<RefusalFacts>({
    name: 'explain-refusals',
    text: `
      select k.key,
        exists (
          select from unnest($2::bigint[], $3::bigint[], $4::text[]) as c(key, source, claim)
          join correlation h on h.source = c.source and h.claim = c.claim
          where c.key = k.key
        ) as claimed,
        exists (
          select from unnest($5::bigint[], $6::text[], $7::text[]) as s(key, process_id, start_key)
          join instance i on i.process_id = s.process_id and i.start_key = s.start_key
            and i.status = 'active' and i.start_key is not null
          where s.key = k.key and i.key <> k.key
        ) as start_key_taken
      from unnest($1::bigint[]) as k(key)`,
    values: [
      refused.map((commit) => commit.key),
      claims.map((claim) => claim.key),
      claims.map((claim) => claim.source),
      claims.map((claim) => claim.claim),
      starts.map((commit) => commit.key),
      starts.map((commit) => commit.processId),
      starts.map((commit) => commit.startKey),
    ],
  })
  return rows.map((row) => ({
    key: row.key as Key,
    reason: row.claimed ? 'claim' : row.start_key_taken ? 'start-key' : 'version',
  }))
}

/** `node` signs the notices to other nodes. */
export function createCommit(
  database: Database,
  node: string,
  options: { readonly tellTimers?: boolean } = {},
): Commit {
  const statementFor = createCommitStatements()

  return async (batch, { notify }) => {
    const { kept, refused } = withoutRivals(batch)
    if (kept.length === 0) return refused
    const prepared: PreparedCommit[] = [...kept]
      .sort((a, b) => a.key - b.key)
      .map((commit) => ({ commit, net: netRows(commit.rows, commit.leases, commit.at, commit.attempts) }))
    const notice = notify ? noticeOfCommit(node, kept, options) : undefined
    const rows = await database.run<{ key: number | null }>(statementFor(prepared, notice))
    const missed = new Set(rows.map((row) => row.key))
    const guarded = kept.filter((commit) => missed.has(commit.key))
    return guarded.length === 0 ? refused : [...refused, ...(await explain(database, guarded))]
  }
}
