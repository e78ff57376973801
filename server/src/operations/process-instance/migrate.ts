import { keyOf } from '../keys.ts'
import { operation } from '../operation.ts'
import { submit } from '../submit.ts'
import { migrationCommand } from './migration-command.ts'

export const migrateProcessInstance = operation({
  id: 'migrateProcessInstance',
  target: ({ params }) => params.processInstanceKey,
  run: async (context, { params, body }) => {
    const key = keyOf('process instance', params.processInstanceKey)
    if (!key.ok) return key
    const command = await migrationCommand(context, body)
    return command.ok ? submit(context, key.value, command.value) : command
  },
})
