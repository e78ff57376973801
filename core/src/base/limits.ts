/** Every bound of the core in one place, each with its reason. */
export const limits = {
  /** XML text of one definition. Larger files are exports of something else; parsing stays under a second. */
  definitionBytes: 4 * 1024 * 1024,
  /** Flow elements in one file. Beyond, a diagram is no longer readable and compile time grows. */
  definitionElements: 20_000,
  /** Nesting of sub-processes; real models stay below 10. */
  definitionDepth: 64,
  /** Characters of an element id; ids are keys of indexes and of every event. */
  idLength: 255,
  /** Nodes of one DAG, those inside of others included. More work comes of lists, not of more nodes. */
  dagNodes: 2_000,
  /** Characters of a DAG's file; people write them. */
  dagFileLength: 1024 * 1024,
  /** Times that aliases of a YAML file stand for something: a few of them can mean billions of values. */
  yamlAliases: 100,
  /** Nesting of map, generate and repeat nodes; each level multiplies the runs of those inside. */
  dagDepth: 16,
  /** Source length of one expression, in characters. */
  expressionLength: 32 * 1024,
  /** Nesting of one expression. */
  expressionDepth: 128,
  /** Evaluation steps of one expression: stops `for` over huge ranges. */
  expressionSteps: 1_000_000,
  /** Items or characters of any value an expression makes. */
  expressionValueSize: 1_000_000,
  /** Closures of expressions and functions alive at once: keeps recursion well inside the host's stack. */
  expressionCalls: 1_500,
  /** Nesting of values that are compared or written as text; nothing from outside nests like that. */
  expressionValueDepth: 200,
  /** Characters of a regular expression. Longer ones compile to automata that are slow on any text. */
  patternLength: 1_000,
  /** Size of a pattern's program times characters read, in one call: about a tenth of a second. */
  patternWork: 10_000_000,
  /** Warnings kept of one evaluation; the first ones name the cause. */
  expressionWarnings: 20,
  /** Elements activated by one command before an incident stops a loop without a wait state. */
  activationsPerCommand: 5_000,
  /** Of the firings of a timer that a standstill or a suspension missed, the latest so many are made up. */
  missedFirings: 100,
  /** Runs of one loop: the state of its instance holds all that are alive. */
  loopRuns: 20_000,
  /** Runs alive at once in a loop whose items a job gives: until one ends, its producer has to wait. */
  openRuns: 1_000,
  /** Items given to such a loop at once. */
  itemsPerCommand: 1_000,
  /** What each run of a loop adds to `activationsPerCommand`, for the elements inside it. */
  activationsPerRun: 20,
  /** Completed activities that one scope remembers to compensate. */
  compensationsPerScope: 10_000,
  /** Nesting of call activities: stops a process that calls itself. */
  callDepth: 64,
  /** Characters of an instance's serialised state, variables included: written with each of its commits. */
  stateLength: 8 * 1024 * 1024,
  /** Components of one form; nobody fills in more. */
  formComponents: 2_000,
  /** Characters of all expressions of one form, which are read at once. */
  formExpressions: 64 * 1024,
  /** Fields that are filled in at once, those of the items of lists included. */
  formFields: 10_000,
  /** Nesting of a JSON document from outside. */
  jsonDepth: 64,
} as const
