/** What was evaluated in the words of the API: values as JSON texts. */
import type { EvaluatedInput, MatchedRule } from '@braid/contract/decision.ts'
import type { JsonValue } from '@braid/core/base/json.ts'

type Input = { readonly inputId: string; readonly inputName: string; readonly inputValue: JsonValue }
type Output = { readonly outputId: string; readonly outputName: string; readonly outputValue: JsonValue }
type Rule = { readonly ruleId: string; readonly ruleIndex: number; readonly outputs: readonly Output[] }

export const evaluatedInputs = (inputs: readonly Input[]): EvaluatedInput[] =>
  inputs.map((input) => ({ ...input, inputValue: JSON.stringify(input.inputValue) }))

export const matchedRules = (rules: readonly Rule[]): MatchedRule[] =>
  rules.map(({ ruleId, ruleIndex, outputs }) => ({
    ruleId,
    ruleIndex,
    evaluatedOutputs: outputs.map((output) => ({
      ...output,
      outputValue: JSON.stringify(output.outputValue),
    })),
  }))
