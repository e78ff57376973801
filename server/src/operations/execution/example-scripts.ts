/** One script per language that shows what its newer versions can do, and says so in older ones. */

import type { exampleScript } from '@braid/contract/execution.ts'
import type { z } from 'zod'

export const exampleScripts: readonly z.output<typeof exampleScript>[] = [
  {
    language: 'python',
    title: 'Type guards and matching',
    script: `from typing import TypeGuard  # 3.10

def is_text(value: object) -> TypeGuard[str]:
    return isinstance(value, str)

def describe(value: object) -> str:
    match value:
        case int(number) if number > 10:
            return f"Got: {number}"
        case _ if is_text(value):
            return f"Got: {value}"
        case _:
            return "No value"

for value in (42, "hello", None):
    print(describe(value), flush=True)
`,
  },
  {
    language: 'javascript',
    title: 'A promise with its resolver',
    script: `if (typeof Promise.withResolvers !== 'function') {
  console.log(\`Promise.withResolvers is not supported by Node \${process.versions.node}\`)
} else {
  const { promise, resolve } = Promise.withResolvers() // Node 22
  setTimeout(() => resolve('Success'), 100)
  console.log(\`Resolved with: \${await promise}\`)
}
`,
  },
  {
    language: 'typescript',
    title: 'A stream of typed steps',
    script: `type Step = { readonly name: string; readonly ms: number }

async function* work(steps: readonly Step[]): AsyncGenerator<string> {
  for (const { name, ms } of steps) {
    await new Promise((resolve) => setTimeout(resolve, ms))
    yield \`\${name}: done\`
  }
}

for await (const line of work([{ name: 'read', ms: 200 }, { name: 'sort', ms: 200 }, { name: 'write', ms: 200 }])) {
  console.log(line)
}
`,
  },
  {
    language: 'bash',
    title: 'Words in capitals',
    script: `word=hello
if [ "\${BASH_VERSINFO[0]}" -gt 5 ] || { [ "\${BASH_VERSINFO[0]}" -eq 5 ] && [ "\${BASH_VERSINFO[1]}" -ge 2 ]; }; then
  echo "Original: $word, Uppercased: \${word@U}"
else
  echo "Bash $BASH_VERSION: $(tr a-z A-Z <<< "$word") by tr"
fi
`,
  },
  {
    language: 'ruby',
    title: 'Plain data',
    script: `if defined?(Data) && Data.respond_to?(:define)
  Point = Data.define(:x, :y) # 3.2
  point = Point.new(x: 1, y: 2)
  puts "Data object: #{point.with(y: 3).inspect}"
else
  puts "Data.define is not supported by Ruby #{RUBY_VERSION}"
end
`,
  },
  {
    language: 'go',
    title: 'An emptied map',
    script: `package main

import "fmt"

func main() {
	ages := map[string]int{"a": 1}
	fmt.Println("Map before clear:", ages)
	clear(ages) // 1.21
	fmt.Println("Length after clear:", len(ages))
}
`,
  },
  {
    language: 'perl',
    title: 'Words counted',
    script: `use strict;
use warnings;

my %count;
$count{lc $_}++ for 'the cat and the dog and the bird' =~ /\\w+/g;
print "$_: $count{$_}\\n" for sort { $count{$b} <=> $count{$a} || $a cmp $b } keys %count;
`,
  },
  {
    language: 'php',
    title: 'A match with no value',
    script: `<?php
// PHP 8
foreach ([42, 'hello', null] as $value) {
    echo match (true) {
        is_int($value) => "Got: $value",
        is_string($value) => "Got: $value",
        default => 'No value',
    }, "\\n";
}
`,
  },
  {
    language: 'lua',
    title: 'A table sorted',
    script: `local ages = { ada = 36, grace = 85, edsger = 72 }
local names = {}
for name in pairs(ages) do names[#names + 1] = name end
table.sort(names, function(a, b) return ages[a] < ages[b] end)
for _, name in ipairs(names) do print(name, ages[name]) end
`,
  },
]
