import type { Instant } from '@braid/core/base/instant.ts'
import type { AccessStore } from '../../store/access.ts'
import { hashOf, newSecret } from '../secret.ts'
import { signInLinkMs } from './lifetime.ts'

/** The account that comes with an installation. The link of each start signs it in, so it always is there. */
export const builtInAdministrator = 'admin'

/**
 * Makes the token of a link that signs the administrator in once within 15 minutes. It belongs behind the `#` of the
 * address (`/sign-in#token=…`), so that browsers never send it in a URL and no log shows it.
 */
export async function createSignInToken(
  store: Pick<AccessStore, 'createSignInLink'>,
  now: Instant,
): Promise<string> {
  const token = newSecret()
  const link = {
    tokenHash: hashOf(token),
    username: builtInAdministrator,
    now,
    expiresAt: now + signInLinkMs,
  }
  if (!(await store.createSignInLink(link))) throw new Error('the administrator account is missing')
  return token
}
