/** Stores DMN files: the requirements and each decision in them, in versions. */
import { createHash } from 'node:crypto'
import type { Key } from '@braid/core/base/key.ts'
import type { DecisionFile, DecisionModel } from '@braid/core/model/decision-model.ts'
import type { Deploying } from './deploying.ts'
import { allocateKeys } from './key-sequence.ts'

export type DecisionsInput = {
  readonly resourceName: string
  readonly xml: string
  /** The file itself first, then those that it imports. */
  readonly model: DecisionModel
}

export type StoredDecisions = {
  readonly requirementsKey: Key
  readonly requirementsId: string
  readonly name: string
  readonly version: number
  readonly resourceName: string
  readonly decisions: readonly {
    readonly decisionKey: Key
    readonly decisionId: string
    readonly name: string
    readonly version: number
  }[]
}

type Latest = { readonly key: number; readonly version: number; readonly checksum: string }
type DecisionRow = {
  readonly key: number
  readonly decision_id: string
  readonly name: string
  readonly version: number
}

/** The id of a file's root; files of some editors have only a name. */
export const requirementsIdOf = ({ id, name, namespace }: DecisionFile): string => id || name || namespace

export async function deployDecisions(deploying: Deploying, input: DecisionsInput): Promise<StoredDecisions> {
  const { database } = deploying
  const [file] = input.model.files
  if (file === undefined) throw new Error('a decision model without a file')
  const model = JSON.stringify(input.model)
  const checksum = createHash('sha256').update(input.xml).update(model).digest('hex')
  const requirementsId = requirementsIdOf(file)
  const about = { requirementsId, name: file.name, resourceName: input.resourceName }
  const [latest] = await database.run<Latest>({
    text: 'select key, version, checksum from decision_requirements where requirements_id = $1 and is_latest',
    values: [requirementsId],
  })
  if (latest?.checksum === checksum) {
    const decisions = await decisionsOf(deploying, latest.key)
    return { ...about, requirementsKey: latest.key as Key, version: latest.version, decisions }
  }
  const firstKey = await allocateKeys(database, 1 + file.decisions.length)
  const version = await insertRequirements(deploying, {
    ...about,
    key: firstKey,
    xml: input.xml,
    model,
    checksum,
  })
  for (const [index, { id, name, versionTag }] of file.decisions.entries()) {
    const key = firstKey + 1 + index
    await insertDecision(deploying, { key, id, name, versionTag, requirementsKey: firstKey })
  }
  const decisions = await decisionsOf(deploying, firstKey)
  return { ...about, requirementsKey: firstKey as Key, version, decisions }
}

async function decisionsOf(
  { database }: Deploying,
  requirementsKey: number,
): Promise<StoredDecisions['decisions']> {
  const rows = await database.run<DecisionRow>({
    text: 'select key, decision_id, name, version from decision where requirements_key = $1 order by key',
    values: [requirementsKey],
  })
  return rows.map(({ key, decision_id: decisionId, name, version }) => ({
    decisionKey: key as Key,
    decisionId,
    name,
    version,
  }))
}

async function insertRequirements(
  { database, key: deploymentKey, at }: Deploying,
  requirements: {
    readonly key: number
    readonly requirementsId: string
    readonly name: string
    readonly resourceName: string
    readonly xml: string
    readonly model: string
    readonly checksum: string
  },
): Promise<number> {
  const { key, requirementsId, name, resourceName, xml, model, checksum } = requirements
  await database.run({
    text: 'update decision_requirements set is_latest = false where requirements_id = $1 and is_latest',
    values: [requirementsId],
  })
  const [row] = await database.run<{ version: number }>({
    text: `
      insert into decision_requirements (key, requirements_id, version, name, resource_name, xml, model, checksum,
        deployment_key, deployed_at, is_latest)
      values ($1, $2,
        (select coalesce(max(version), 0) + 1 from decision_requirements where requirements_id = $2),
        $3, $4, $5, $6, $7, $8, $9, true)
      returning version`,
    values: [key, requirementsId, name, resourceName, xml, model, checksum, deploymentKey, at],
  })
  return row?.version ?? 1
}

/** The versions of an id go on, whichever file it stands in. */
async function insertDecision(
  { database, key: deploymentKey }: Deploying,
  decision: {
    readonly key: number
    readonly id: string
    readonly name: string
    readonly versionTag: string | undefined
    readonly requirementsKey: number
  },
): Promise<void> {
  const { key, id, name, versionTag, requirementsKey } = decision
  await database.run({
    text: 'update decision set is_latest = false where decision_id = $1 and is_latest',
    values: [id],
  })
  await database.run({
    text: `
      insert into decision (key, decision_id, version, version_tag, name, requirements_key, deployment_key, is_latest)
      values ($1, $2, (select coalesce(max(version), 0) + 1 from decision where decision_id = $2), $3, $4, $5, $6, true)`,
    values: [key, id, versionTag ?? null, name, requirementsKey, deploymentKey],
  })
}
