/**
 * Holds an engine against the reference interpreter: after every command the events must be ones that the standard
 * allows, and none of those that it demands may be missing. Knows the engine by its events only.
 */
import type { Instant } from '@braid/core/base/instant.ts'
import type { Key } from '@braid/core/base/key.ts'
import type { Command, Rejection } from '@braid/core/engine/command.ts'
import type { Event } from '@braid/core/engine/event.ts'
import type { Program } from '@braid/core/model/program.ts'
import { unfollowed } from './operators.ts'
import { command as begin } from './reference/commands.ts'
import { Disagreement } from './reference/living.ts'
import { Machine } from './reference/machine.ts'

export type Taken = {
  readonly instanceKey: Key
  readonly program: Program
  readonly command: Command
  readonly at: Instant
  readonly events: readonly Event[]
}

export type Oracle = {
  /** A command was taken, with these events; throws a Disagreement where the standard says otherwise. */
  taken(commit: Taken): void
  refused(refusal: Omit<Taken, 'events' | 'program'> & { readonly rejection: Rejection }): void
}

export function createOracle(): Oracle {
  const machines = new Map<Key, Machine>()
  /** Instances that somebody has moved by hand. */
  const lost = new Set<Key>()
  return {
    taken: ({ instanceKey, program, command, at, events }) => {
      if (unfollowed.has(command.type)) lost.add(instanceKey)
      if (lost.has(instanceKey)) return
      const machine = machines.get(instanceKey) ?? new Machine(program)
      machines.set(instanceKey, machine)
      machine.now = at
      if (begin(machine, command) === false)
        throw new Disagreement(`${JSON.stringify(command)} was taken, and should have been refused`)
      machine.accept(events)
      machine.end()
    },
    refused: ({ instanceKey, command, at, rejection }) => {
      const machine = machines.get(instanceKey)
      if (machine === undefined || lost.has(instanceKey) || unfollowed.has(command.type)) return
      machine.now = at
      if (begin(machine, command) === true)
        throw new Disagreement(`${JSON.stringify(command)} was refused: ${rejection.message}`)
    },
  }
}
