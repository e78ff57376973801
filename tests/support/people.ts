/** Accounts for tests in which several people act. */
import type { Role } from '@braid/contract/role.ts'
import { createPerson, type Person, password } from './person.ts'
import type { TestServer } from './server.ts'

/** Each signed in, in the order of their names. */
export async function createPeople<const Names extends readonly string[]>(
  server: Pick<TestServer, 'url' | 'createAdminLink'>,
  role: Role,
  names: Names,
): Promise<{ readonly [Name in keyof Names]: Person }> {
  const administrator = createPerson(server)
  await administrator.signInAsAdministrator()
  const people: Person[] = []
  for (const username of names) {
    await administrator.call('POST', '/users', { username, password: password(username), role })
    const person = createPerson(server)
    await person.signIn(username, password(username))
    people.push(person)
  }
  return people as { readonly [Name in keyof Names]: Person }
}
