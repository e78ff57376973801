/** Decision definitions and the files that they stand in. */
import type {
  DecisionDefinition,
  DecisionRequirements,
  decisionDefinitionSearch,
  decisionRequirementsSearch,
} from '@braid/contract/decision.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { booleanField, integerField, keyField, tenantField, textField } from './field.ts'
import { findRow, type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf, defaultTenant } from './row.ts'

type DefinitionRequest = NonNullable<z.output<typeof decisionDefinitionSearch>>
type RequirementsRequest = NonNullable<z.output<typeof decisionRequirementsSearch>>

const definitions: SearchableEntity = {
  from: 'decision d join decision_requirements r on r.key = d.requirements_key',
  key: 'd.key',
  select: `d.key, d.decision_id, d.name, d.version, d.version_tag, d.requirements_key, r.requirements_id,
    r.name as requirements_name, r.version as requirements_version`,
  fields: {
    decisionDefinitionKey: keyField('d.key'),
    decisionDefinitionId: textField('d.decision_id'),
    name: textField('d.name'),
    version: integerField('d.version'),
    versionTag: textField('d.version_tag'),
    isLatestVersion: booleanField('d.is_latest'),
    decisionRequirementsId: textField('r.requirements_id'),
    decisionRequirementsKey: keyField('d.requirements_key'),
    decisionRequirementsName: textField('r.name'),
    decisionRequirementsVersion: integerField('r.version'),
    tenantId: tenantField,
  },
}

const requirements: SearchableEntity = {
  from: 'decision_requirements r',
  key: 'r.key',
  select: 'r.key, r.requirements_id, r.name, r.version, r.resource_name',
  fields: {
    decisionRequirementsKey: keyField('r.key'),
    decisionRequirementsId: textField('r.requirements_id'),
    decisionRequirementsName: textField('r.name'),
    version: integerField('r.version'),
    resourceName: textField('r.resource_name'),
    isLatestVersion: booleanField('r.is_latest'),
    tenantId: tenantField,
  },
}

function toDefinition(row: Row): DecisionDefinition {
  const column = columnsOf(row)
  return {
    decisionDefinitionKey: column.key('key'),
    decisionDefinitionId: column.text('decision_id'),
    name: column.text('name'),
    version: column.number('version'),
    versionTag: column.optionalText('version_tag'),
    decisionRequirementsId: column.text('requirements_id'),
    decisionRequirementsKey: column.key('requirements_key'),
    decisionRequirementsName: column.text('requirements_name'),
    decisionRequirementsVersion: column.number('requirements_version'),
    tenantId: defaultTenant,
  }
}

function toRequirements(row: Row): DecisionRequirements {
  const column = columnsOf(row)
  return {
    decisionRequirementsKey: column.key('key'),
    decisionRequirementsId: column.text('requirements_id'),
    decisionRequirementsName: column.text('name'),
    version: column.number('version'),
    resourceName: column.text('resource_name'),
    tenantId: defaultTenant,
  }
}

export async function searchDecisionDefinitions(
  database: Database,
  request: DefinitionRequest,
): Promise<Page<DecisionDefinition>> {
  const page = await searchPage(database, definitions, { ...request, filter: request.filter ?? {} })
  return { ...page, items: page.items.map(toDefinition) }
}

export async function getDecisionDefinition(
  database: Database,
  key: Key,
): Promise<DecisionDefinition | undefined> {
  const row = await findRow(database, definitions, key)
  return row === undefined ? undefined : toDefinition(row)
}

export async function searchDecisionRequirements(
  database: Database,
  request: RequirementsRequest,
): Promise<Page<DecisionRequirements>> {
  const page = await searchPage(database, requirements, { ...request, filter: request.filter ?? {} })
  return { ...page, items: page.items.map(toRequirements) }
}

export async function getDecisionRequirements(
  database: Database,
  key: Key,
): Promise<DecisionRequirements | undefined> {
  const row = await findRow(database, requirements, key)
  return row === undefined ? undefined : toRequirements(row)
}

/** The DMN file that a decision stands in. */
export async function getDecisionXml(database: Database, key: Key): Promise<string | undefined> {
  const [row] = await database.run<{ xml: string }>({
    text: 'select r.xml from decision d join decision_requirements r on r.key = d.requirements_key where d.key = $1',
    values: [key],
  })
  return row?.xml
}

export async function getRequirementsXml(database: Database, key: Key): Promise<string | undefined> {
  const [row] = await database.run<{ xml: string }>({
    text: 'select xml from decision_requirements where key = $1',
    values: [key],
  })
  return row?.xml
}
