import { role } from '@braid/contract/role.ts'
import type { User, userSearch } from '@braid/contract/user.ts'
import type { z } from 'zod'
import type { Database } from '../database.ts'
import { requiredTimeField, textField } from './field.ts'
import { type Page, type Row, type SearchableEntity, searchPage } from './page.ts'
import { columnsOf } from './row.ts'

type Request = NonNullable<z.output<typeof userSearch>>

const entity: SearchableEntity = {
  from: 'user_account u',
  key: 'u.id',
  select: `u.username, u.display_name, u.email, u.role, u.created_at, u.last_signed_in_at,
    u.password_hash is not null as has_password`,
  fields: {
    username: textField('u.username'),
    name: textField('u.display_name'),
    email: textField('u.email'),
    role: textField('u.role'),
    createdAt: requiredTimeField('u.created_at'),
  },
}

function toItem(row: Row): User {
  const column = columnsOf(row)
  return {
    username: column.text('username'),
    name: column.text('display_name'),
    email: column.optionalText('email'),
    role: role.parse(column.text('role')),
    createdAt: column.time('created_at'),
    lastSignedInAt: column.optionalTime('last_signed_in_at'),
    hasPassword: column.flag('has_password'),
  }
}

export async function searchUsers(database: Database, request: Request): Promise<Page<User>> {
  const page = await searchPage(database, entity, { ...request, filter: request.filter ?? {} })
  return { ...page, items: page.items.map(toItem) }
}

export async function getUser(database: Database, username: string): Promise<User | undefined> {
  const [row] = await database.run<Row>({
    text: `select ${entity.select} from ${entity.from} where lower(u.username) = lower($1)`,
    values: [username],
  })
  return row === undefined ? undefined : toItem(row)
}
