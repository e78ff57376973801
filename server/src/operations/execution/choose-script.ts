/** What a request means to run: a text or a saved script, in one of the runtimes that there are. */
import { maxScriptLength, type RunScriptRequest, type Runtime } from '@braid/contract/execution.ts'
import { parseKey } from '@braid/core/base/key.ts'
import { type Result, success } from '@braid/core/base/result.ts'
import type { NewScriptRun, ScriptOffer } from '../../store/script-run-port.ts'
import type { Identity } from '../identity.ts'
import type { Context } from '../operation.ts'
import { type Refusal, refuse } from '../refusal.ts'
import { findScript } from '../script/access.ts'

export type ChosenScript = Pick<NewScriptRun, 'language' | 'version' | 'source' | 'script'>

export async function chooseScript(
  context: Pick<Context, 'reads' | 'scriptRuns'>,
  identity: Pick<Identity, 'userId'> | undefined,
  request: Pick<RunScriptRequest, 'script' | 'scriptKey' | 'scriptVersion' | 'language' | 'version'>,
): Promise<Result<ChosenScript, Refusal>> {
  const given = await givenScript(context, identity, request)
  if (!given.ok) return given
  const { source, language, version, script } = given.value
  const length = [...source].length
  if (source.trim() === '') return invalid('script', 'expected a script, but it is empty')
  if (length > maxScriptLength) {
    return invalid('script', `expected at most ${maxScriptLength} characters, but there are ${length}`)
  }
  const runtime = chooseRuntime(await context.scriptRuns.offers(), language, version)
  if (!runtime.ok) return runtime
  return success({
    source,
    language: runtime.value.language,
    version: runtime.value.version,
    ...(script === undefined ? {} : { script }),
  })
}

type Given = {
  readonly source: string
  readonly language: string | undefined
  readonly version: string | undefined
  readonly script?: NewScriptRun['script']
}

async function givenScript(
  { reads }: Pick<Context, 'reads'>,
  identity: Pick<Identity, 'userId'> | undefined,
  request: Pick<RunScriptRequest, 'script' | 'scriptKey' | 'scriptVersion' | 'language' | 'version'>,
): Promise<Result<Given, Refusal>> {
  const { script: source, scriptKey, scriptVersion, language, version } = request
  if (scriptKey === undefined) {
    return source === undefined
      ? invalid('script', 'expected a script, or the scriptKey of a saved one')
      : success({ source, language, version })
  }
  if (source !== undefined) return invalid('scriptKey', 'expected a script or a scriptKey, not both')
  const found = await findScript({ reads }, identity, scriptKey)
  if (!found.ok) return found
  const { key, userId, script } = found.value
  const saved =
    scriptVersion === undefined ? script : await reads.getScriptVersion(key, userId, scriptVersion)
  if (saved === undefined) return refuse('NOT_FOUND', `script ${scriptKey} has no version ${scriptVersion}`)
  return success({
    source: saved.source,
    language: language ?? saved.language,
    version: version ?? saved.languageVersion,
    script: { key, version: saved.version, name: saved.name },
  })
}

function chooseRuntime(
  offers: readonly ScriptOffer[],
  language: string | undefined,
  version: string | undefined,
): Result<Runtime, Refusal> {
  const runtimes = offers.flatMap((offer) => offer.runtimes)
  if (runtimes.length === 0) {
    const [reason = 'no node runs scripts, or none has said yet what it can run'] = offers.flatMap(
      ({ warnings }) => warnings,
    )
    return refuse('NO_ISOLATION', reason)
  }
  const ofLanguage = runtimes.filter((runtime) => runtime.language === language)
  if (ofLanguage.length === 0) {
    const known = [...new Set(runtimes.map((runtime) => runtime.language))].join(', ')
    return invalid('language', `expected one of ${known}, but it is ${JSON.stringify(language ?? '')}`)
  }
  const chosen = ofLanguage.find((runtime) => version === undefined || isVersion(runtime, version))
  if (chosen !== undefined) return success(chosen)
  const known = ofLanguage.map((runtime) => runtime.version).join(', ')
  return invalid('version', `expected ${language} ${known}, but it is ${JSON.stringify(version)}`)
}

/** `3` is any 3.x; the whole version is itself. */
const isVersion = ({ version, fullVersion }: Runtime, asked: string): boolean =>
  version === asked || fullVersion === asked || version.startsWith(`${asked}.`)

const invalid = (field: string, message: string) =>
  refuse('INVALID_SCRIPT', `body.${field}: ${message}`, { errors: [{ path: `body.${field}`, message }] })

/** Of who is signed in. */
export const ownerOf = ({ userId, username }: Pick<Identity, 'userId' | 'username'>) => {
  const ownerId = parseKey(userId)
  if (ownerId === undefined) throw new Error('an account has a key')
  return { ownerId, owner: username }
}
