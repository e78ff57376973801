/** Where a `$NAME` is looked up (`BRAID_SECRETS`). */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { SecretError, type SecretSource } from './secret.ts'
import { createVaultSource } from './vault.ts'

export type SecretSourceOptions = {
  /** `environment`, `file:<folder>` or `vault:<address>`. */
  readonly kind: string
  readonly variable: (name: string) => string | undefined
  readonly vaultToken?: string
  readonly vaultTokenFile?: string
}

/** Much longer than any key or certificate chain. */
const maxSecretBytes = 64 * 1024

export function createSecretSource(options: SecretSourceOptions): SecretSource {
  const { kind, variable } = options
  if (kind.startsWith('file:')) return fromFolder(kind.slice('file:'.length))
  if (kind.startsWith('vault:')) return fromVault(kind.slice('vault:'.length), options)
  return async (name) => {
    const value = variable(name)
    if (value === undefined) throw new SecretError(`the environment has no ${name}`)
    return value
  }
}

/**
 * One file per secret, as Kubernetes and Docker mount them. Everybody may read them there (mode 644 within the
 * container), so that is not refused; a file that everybody may write could hold anybody's value, and is.
 */
function fromFolder(folder: string): SecretSource {
  return async (name) => readSecretFile(join(folder, name))
}

async function readSecretFile(path: string): Promise<string> {
  try {
    const stats = await stat(path)
    if (!stats.isFile()) throw new SecretError(`${path} is no file`)
    if ((stats.mode & 0o002) !== 0) throw new SecretError(`everybody may write the file ${path}`)
    if (stats.size > maxSecretBytes) throw new SecretError(`${path} is larger than ${maxSecretBytes} bytes`)
    // Editors and `echo` end a file with a line break that is no part of the secret.
    return (await readFile(path, 'utf8')).replace(/\r?\n$/, '')
  } catch (error) {
    if (error instanceof SecretError) throw error
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new SecretError(code === 'ENOENT' ? `there is no file ${path}` : `${path} can't be read (${code})`)
  }
}

function fromVault(address: string, { vaultToken, vaultTokenFile }: SecretSourceOptions): SecretSource {
  return createVaultSource(address, async () => {
    if (vaultToken !== undefined) return vaultToken
    if (vaultTokenFile !== undefined) return readSecretFile(vaultTokenFile)
    throw new SecretError('Vault needs a token: set BRAID_VAULT_TOKEN or BRAID_VAULT_TOKEN_FILE')
  })
}
