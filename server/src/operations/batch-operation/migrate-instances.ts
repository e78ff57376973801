import { operation } from '../operation.ts'
import { migrationCommand } from '../process-instance/migration-command.ts'
import { startBatch } from './start.ts'

export const migrateProcessInstances = operation({
  id: 'migrateProcessInstances',
  target: (_, answer) => answer.batchOperationKey,
  run: async (context, { body }, caller) => {
    const command = await migrationCommand(context, body.migrationPlan)
    if (!command.ok) return command
    return startBatch(context, caller, {
      type: 'MIGRATE_PROCESS_INSTANCE',
      items: 'running',
      filter: body.filter,
      plan: { kind: 'command', command: command.value },
    })
  },
})
