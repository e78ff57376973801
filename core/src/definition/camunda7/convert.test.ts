import { describe, expect, test } from 'vitest'
import { compileBpmn } from '../bpmn/compile.ts'
import { readXmlDocument } from '../xml/read-xml-document.ts'
import { writeXml } from '../xml/write-xml.ts'
import { convertCamunda7 } from './convert.ts'

const juel = (source: string): string => `\${${source}}`

/** A file of Camunda 7; its process's content begins on line 3. */
const file = (content: string, roots = ''): string =>
  `<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="D" targetNamespace="t">
<bpmn:process id="P" isExecutable="true">
${content}
</bpmn:process>${roots}
</bpmn:definitions>`

const extended = (tag: string, extensions: string, attributes = '', inside = ''): string =>
  `<bpmn:${tag} id="a" ${attributes}><bpmn:extensionElements>${extensions}</bpmn:extensionElements>${inside}</bpmn:${tag}>`

function convert(text: string) {
  const document = readXmlDocument(text)
  if (!document.ok) throw new Error(document.error.message)
  const { document: after, entries } = convertCamunda7(document.value)
  return { xml: writeXml(after), entries }
}

const conversionOf = (content: string, roots = '') => convert(file(content, roots))

/** What an element becomes, without what is around it. */
function converted(content: string, roots = ''): string {
  const { xml, entries } = conversionOf(content, roots)
  const refused = entries.filter(({ outcome }) => outcome === 'refused')
  if (refused.length > 0) throw new Error(JSON.stringify(refused))
  return xml.slice(xml.indexOf('"true">\n') + 8, xml.indexOf('\n</bpmn:process>'))
}

const outcomes = (content: string, roots = ''): readonly string[] =>
  conversionOf(content, roots).entries.map(({ outcome, from }) => `${outcome} ${from}`)

const task = (extensions: string): string =>
  `<bpmn:serviceTask id="a"><bpmn:extensionElements>${extensions}</bpmn:extensionElements></bpmn:serviceTask>`
const external = '<zeebe:taskDefinition type="t"/>'

describe('jobs', () => {
  test('are external tasks, with their properties as headers', () => {
    const content = extended(
      'serviceTask',
      '<camunda:properties><camunda:property name="test_prop" value="test_value"/></camunda:properties><camunda:failedJobRetryTimeCycle>R5/PT10M</camunda:failedJobRetryTimeCycle>',
      'camunda:type="external" camunda:topic="pay"',
    )
    expect(converted(content)).toBe(
      task(
        '<zeebe:taskDefinition type="pay" retries="5"/><zeebe:taskHeaders><zeebe:header key="test_prop" value="test_value"/></zeebe:taskHeaders>',
      ).replace('"a"', '"a"'),
    )
    expect(outcomes(content)).toContain('differs camunda:failedJobRetryTimeCycle R5/PT10M')
  })

  test('have topics that may be expressions', () => {
    const content = `<bpmn:sendTask id="a" camunda:type="external" camunda:topic="${juel('topic')}"/>`
    expect(converted(content)).toContain('<zeebe:taskDefinition type="=topic"/>')
  })

  test('throw message events, as the definition of the event says', () => {
    const content =
      '<bpmn:endEvent id="a"><bpmn:messageEventDefinition id="m" camunda:type="external" camunda:topic="t"/></bpmn:endEvent>'
    expect(converted(content)).toBe(
      `<bpmn:endEvent id="a"><bpmn:extensionElements>${external}</bpmn:extensionElements><bpmn:messageEventDefinition id="m"/></bpmn:endEvent>`,
    )
  })
})

describe('mappings', () => {
  const mapped = (parameters: string): string => {
    const content = extended('task', `<camunda:inputOutput>${parameters}</camunda:inputOutput>`)
    return /<zeebe:ioMapping>(.*)<\/zeebe:ioMapping>/.exec(converted(content))?.[1] ?? ''
  }
  const input = (value: string): string =>
    `<camunda:inputParameter name="x">${value}</camunda:inputParameter>`

  test.each([
    ['texts', 'plain', 'plain'],
    ['expressions', juel('order.total'), '=order.total'],
    ['texts with expressions', `No. ${juel('n')}`, '=string join([&quot;No. &quot;, string(n)])'],
    ['nothing', '', '=null'],
    [
      'lists',
      `<camunda:list><camunda:value>a</camunda:value><camunda:value>${juel('b')}</camunda:value></camunda:list>`,
      '=[&quot;a&quot;, b]',
    ],
    [
      'items on lines of their own',
      '<camunda:list>\n<camunda:value>\n a\n</camunda:value><camunda:value/></camunda:list>',
      '=[&quot;a&quot;, null]',
    ],
    [
      'maps',
      `<camunda:map><camunda:entry key="k 1">a</camunda:entry><camunda:entry key="k2">${juel('b')}</camunda:entry></camunda:map>`,
      '={&quot;k 1&quot;: &quot;a&quot;, &quot;k2&quot;: b}',
    ],
    [
      'maps of lists',
      '<camunda:map><camunda:entry key="k"><camunda:list><camunda:value>a</camunda:value></camunda:list></camunda:entry></camunda:map>',
      '={&quot;k&quot;: [&quot;a&quot;]}',
    ],
  ])('take %s', (_what, value, source) => {
    expect(mapped(input(value))).toBe(`<zeebe:input source="${source}" target="x"/>`)
  })

  test('go both ways', () => {
    const parameters = `${input('1')}<camunda:outputParameter name="y">${juel('result')}</camunda:outputParameter>`
    expect(mapped(parameters)).toBe(
      '<zeebe:input source="1" target="x"/><zeebe:output source="=result" target="y"/>',
    )
  })

  test('refuse scripts', () => {
    const content = extended(
      'task',
      `<camunda:inputOutput>${input('<camunda:script scriptFormat="groovy">1</camunda:script>')}</camunda:inputOutput>`,
    )
    expect(outcomes(content)).toEqual(['refused camunda:inputParameter x: camunda:script'])
  })
})

describe('user tasks', () => {
  test('have people, dates, a priority and a form', () => {
    const attributes = `camunda:assignee="${juel('boss')}" camunda:candidateUsers="a, b" camunda:candidateGroups="${juel('groups')}" camunda:dueDate="${juel('due')}" camunda:followUpDate="P2D" camunda:priority="70" camunda:formRef="f" camunda:formRefBinding="deployment"`
    expect(converted(`<bpmn:userTask id="a" ${attributes}/>`)).toBe(
      '<bpmn:userTask id="a"><bpmn:extensionElements><zeebe:assignmentDefinition assignee="=boss" candidateUsers="a, b" candidateGroups="=groups"/><zeebe:taskSchedule dueDate="=due" followUpDate="=now() + duration(&quot;P2D&quot;)"/><zeebe:priorityDefinition priority="70"/><zeebe:formDefinition formId="f" bindingType="deployment"/></bpmn:extensionElements></bpmn:userTask>',
    )
  })

  test('may have a form of somebody else', () => {
    expect(converted('<bpmn:userTask id="a" camunda:formKey="embedded:app:f.html"/>')).toContain(
      '<zeebe:formDefinition externalReference="embedded:app:f.html"/>',
    )
  })
})

describe('calls', () => {
  test('pass nothing unless it is named', () => {
    expect(converted('<bpmn:callActivity id="a" calledElement="child"/>')).toBe(
      '<bpmn:callActivity id="a"><bpmn:extensionElements><zeebe:calledElement processId="child" propagateAllParentVariables="false" propagateAllChildVariables="false"/></bpmn:extensionElements></bpmn:callActivity>',
    )
  })

  test('pass variables of any name', () => {
    const content = extended(
      'callActivity',
      '<camunda:in source="order-id" target="id"/>',
      'calledElement="c"',
    )
    expect(converted(content)).toContain('<zeebe:input source="=`order-id`" target="id"/>')
  })

  test('pass what is named, or all', () => {
    const content = extended(
      'callActivity',
      `<camunda:in source="x" target="y"/><camunda:in sourceExpression="${juel('x + 1')}" target="z"/><camunda:in businessKey="#{execution.processBusinessKey}"/><camunda:out variables="all"/>`,
      `calledElement="${juel('child')}" camunda:calledElementBinding="versionTag" camunda:calledElementVersionTag="1.0"`,
    )
    expect(converted(content)).toContain(
      '<zeebe:calledElement processId="=child" bindingType="versionTag" versionTag="1.0" propagateAllParentVariables="false" propagateAllChildVariables="true"/><zeebe:ioMapping><zeebe:input source="=x" target="y"/><zeebe:input source="=number(x) + 1" target="z"/></zeebe:ioMapping>',
    )
    expect(outcomes(content)).toContain('ignored camunda:in businessKey="#{execution.processBusinessKey}"')
  })

  test.each([
    ['camunda:calledElementBinding="version" camunda:calledElementVersion="2"', ''],
    ['', '<camunda:in source="x" target="y" local="true"/>'],
    ['', '<camunda:in source="x"/>'],
    [
      '',
      '<camunda:inputOutput><camunda:inputParameter name="x">1</camunda:inputParameter></camunda:inputOutput>',
    ],
    ['', '<camunda:out variables="all"/><camunda:out source="x" target="y"/>'],
  ])('that mean something else are refused: %s %s', (attributes, extensions) => {
    const content = extended('callActivity', extensions, `calledElement="c" ${attributes}`)
    expect(outcomes(content).some((outcome) => outcome.startsWith('refused'))).toBe(true)
  })
})

describe('decisions and scripts', () => {
  test('a business rule task calls a decision', () => {
    const content =
      '<bpmn:businessRuleTask id="a" camunda:decisionRef="d" camunda:decisionRefBinding="versionTag" camunda:decisionRefVersionTag="2" camunda:mapDecisionResult="singleEntry" camunda:resultVariable="r"/>'
    expect(converted(content)).toContain(
      '<zeebe:calledDecision decisionId="d" resultVariable="r" bindingType="versionTag" versionTag="2"/>',
    )
    expect(outcomes(content)).toContain('differs camunda:mapDecisionResult="singleEntry"')
  })

  test.each([
    ['feel', 'a + 1', '=a + 1'],
    ['juel', juel('a + 1'), '=number(a) + 1'],
  ])('a script in %s is evaluated', (format, script, expression) => {
    const content = `<bpmn:scriptTask id="a" scriptFormat="${format}" camunda:resultVariable="r"><bpmn:script>${script}</bpmn:script></bpmn:scriptTask>`
    expect(converted(content)).toContain(`<zeebe:script expression="${expression}" resultVariable="r"/>`)
  })

  test('a script in another language is a job', () => {
    const content =
      '<bpmn:scriptTask id="a" scriptFormat="groovy"><bpmn:script>1</bpmn:script></bpmn:scriptTask>'
    expect(outcomes(content)).toEqual(['differs scriptFormat="groovy"'])
    expect(outcomes(content.replace('id="a"', 'id="a" camunda:resultVariable="r"'))).toEqual([
      'refused scriptFormat="groovy" camunda:resultVariable="r"',
    ])
  })
})

describe('loops', () => {
  test('have a collection, and conditions over the runs', () => {
    const content = `<bpmn:task id="a"><bpmn:multiInstanceLoopCharacteristics camunda:collection="people" camunda:elementVariable="person"><bpmn:completionCondition>${juel('nrOfCompletedInstances / nrOfInstances &gt;= 0.6')}</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics></bpmn:task>`
    expect(converted(content)).toBe(
      '<bpmn:task id="a"><bpmn:multiInstanceLoopCharacteristics><bpmn:extensionElements><zeebe:loopCharacteristics inputCollection="=people" inputElement="person"/></bpmn:extensionElements><bpmn:completionCondition>=numberOfCompletedInstances / numberOfInstances &gt;= 0.6</bpmn:completionCondition></bpmn:multiInstanceLoopCharacteristics></bpmn:task>',
    )
  })

  test('count their runs from 0', () => {
    const content = extended(
      'task',
      `<camunda:inputOutput><camunda:inputParameter name="i">${juel('loopCounter')}</camunda:inputParameter></camunda:inputOutput>`,
    )
    expect(converted(content)).toContain('<zeebe:input source="=(loopCounter - 1)" target="i"/>')
  })
})

describe('texts of the standard', () => {
  test('are conditions, times, names and codes', () => {
    const content = `<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"><bpmn:conditionExpression>${juel("x == 'y'")}</bpmn:conditionExpression></bpmn:sequenceFlow><bpmn:intermediateCatchEvent id="e"><bpmn:timerEventDefinition><bpmn:timeDuration>${juel('wait')}</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>`
    const { xml } = conversionOf(
      content,
      `<bpmn:message id="m" name="paid-${juel('id')}"/><bpmn:error id="x" errorCode="${juel('code')}"/>`,
    )
    expect(xml).toContain('<bpmn:conditionExpression>=x = "y"</bpmn:conditionExpression>')
    expect(xml).toContain('<bpmn:timeDuration>=wait</bpmn:timeDuration>')
    expect(xml).toContain('name="=string join([&quot;paid-&quot;, string(id)])"')
    expect(xml).toContain('errorCode="=code"')
  })

  test('of other languages are refused', () => {
    const content =
      '<bpmn:sequenceFlow id="f" sourceRef="a" targetRef="b"><bpmn:conditionExpression language="groovy">x</bpmn:conditionExpression></bpmn:sequenceFlow>'
    expect(outcomes(content)).toEqual(['refused conditionExpression language="groovy"'])
  })
})

describe('the code of a caught error', () => {
  const caught = (definition: string): string =>
    `<bpmn:boundaryEvent id="a" attachedToRef="t"><bpmn:errorEventDefinition ${definition}/></bpmn:boundaryEvent>`

  test('is mapped where it is constant', () => {
    const content = caught('errorRef="x" camunda:errorCodeVariable="code"')
    expect(converted(content, '<bpmn:error id="x" errorCode="E1"/>')).toContain(
      '<zeebe:output source="=&quot;E1&quot;" target="code"/>',
    )
  })

  test('is refused where any is caught', () => {
    expect(outcomes(caught('camunda:errorCodeVariable="code"'))).toEqual([
      'refused camunda:errorCodeVariable="code"',
    ])
  })
})

describe('what has no equal', () => {
  test('is ignored where it changes nothing', () => {
    const content =
      '<bpmn:task id="a" camunda:asyncBefore="true" camunda:asyncAfter="true" camunda:exclusive="false" camunda:jobPriority="5"/>'
    expect(converted(content)).toBe('<bpmn:task id="a"/>')
    expect(outcomes(content)).toHaveLength(4)
  })

  test.each([
    ['camunda:class="org.A"', ''],
    ['camunda:delegateExpression="#{bean}"', ''],
    [`camunda:expression="${juel('bean.run()')}" camunda:resultVariable="r"`, ''],
    ['camunda:type="mail"', ''],
    ['camunda:topic="t"', ''],
    ['camunda:whatever="x"', ''],
    ['', '<camunda:executionListener class="org.A" event="start"/>'],
    ['', '<camunda:taskListener delegateExpression="#{bean}" event="create"/>'],
    ['', '<camunda:connector><camunda:connectorId>http</camunda:connectorId></camunda:connector>'],
    ['', '<camunda:field name="x" stringValue="y"/>'],
    ['', '<camunda:formData><camunda:formField id="x"/></camunda:formData>'],
    ['', '<camunda:whatever/>'],
  ])('is refused: %s %s', (attributes, extensions) => {
    const { entries } = conversionOf(extended('serviceTask', extensions, attributes))
    expect(entries[0]).toMatchObject({ outcome: 'refused', elementId: 'a', elementType: 'serviceTask' })
    expect(entries.every(({ outcome, message }) => outcome === 'refused' && message !== '')).toBe(true)
  })
})

describe('the file', () => {
  test('keeps everything else, in its place', () => {
    const content = `<!-- why --><bpmn:documentation>doc</bpmn:documentation>
  <bpmn:task id="a" camunda:asyncBefore="true" x:y="z" xmlns:x="urn:x" startQuantity="1"><bpmn:documentation>d</bpmn:documentation><bpmn:extensionElements><x:e/></bpmn:extensionElements></bpmn:task>`
    expect(converted(content)).toBe(content.replace(' camunda:asyncBefore="true"', ''))
  })

  test('needs to be converted only once', () => {
    const script = `<bpmn:scriptTask id="b" scriptFormat="juel" camunda:resultVariable="r"><bpmn:script>${juel('a')}</bpmn:script></bpmn:scriptTask>`
    const called = '<bpmn:callActivity id="c" calledElement="child"/>'
    const content = `${script}${called}<bpmn:userTask id="d" camunda:assignee="${juel('x')}" camunda:modelerTemplate="t"/>`
    const once = conversionOf(content).xml
    expect(convert(once)).toEqual({ xml: once, entries: [] })
  })

  test('that does not run is left alone', () => {
    const text = file('<bpmn:serviceTask id="a" camunda:class="org.A"/>').replace('"true"', '"false"')
    expect(convert(text).entries).toEqual([])
  })

  test('gets extensions behind documentation, under the prefix that it has', () => {
    const content = '<task id="a" camunda:asyncBefore="true"><documentation>d</documentation></task>'
    const text = file('')
      .replaceAll('bpmn:', '')
      .replace('xmlns:bpmn', 'xmlns')
      .replace(
        '\n\n',
        `\n<userTask id="u" camunda:assignee="me"><documentation>d</documentation></userTask>${content}\n`,
      )
    const { xml } = convert(text.replace('xmlns:camunda', 'xmlns:zeebe="urn:other" xmlns:camunda'))
    expect(xml).toContain(
      '<userTask id="u"><documentation>d</documentation><extensionElements><zeebe8:assignmentDefinition assignee="me"/></extensionElements></userTask>',
    )
  })

  test('that says the same for both is refused', () => {
    const text = file(
      extended(
        'serviceTask',
        '<zeebe:taskDefinition type="x"/>',
        'camunda:type="external" camunda:topic="t"',
      ),
    ).replace('xmlns:camunda', 'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:camunda')
    expect(convert(text).entries.at(-1)).toMatchObject({
      outcome: 'refused',
      from: 'zeebe:taskDefinition',
    })
  })
})

describe('deployed', () => {
  const model = file(
    `<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="no"/>
<bpmn:serviceTask id="t" camunda:type="external" camunda:topic="pay" camunda:asyncBefore="true"/><bpmn:endEvent id="e"/>
<bpmn:sequenceFlow id="f" sourceRef="s" targetRef="g"/><bpmn:sequenceFlow id="no" sourceRef="g" targetRef="e"/>
<bpmn:sequenceFlow id="yes" sourceRef="g" targetRef="t"><bpmn:conditionExpression>${juel('amount &gt; 1000')}</bpmn:conditionExpression></bpmn:sequenceFlow>`,
  )

  test('a model of Camunda 7 compiles, with warnings of what differs', async () => {
    const result = await compileBpmn(model)
    expect(result).toMatchObject({ ok: true })
    const { programs, warnings } = result.ok ? result.value : { programs: [], warnings: [] }
    expect(programs[0]?.nodes.find(({ id }) => id === 't')).toMatchObject({
      type: 'job-task',
      job: { type: { value: 'pay' } },
    })
    expect(programs[0]?.flows.find(({ id }) => id === 'yes')?.condition).toEqual({
      feel: 'number(amount) > 1000',
    })
    expect(warnings).toMatchObject([{ code: 'IGNORED_EXTENSION', elementId: 't', line: 4 }])
  })

  test.each([
    [juel('invalid syntax'), 'INVALID_EXPRESSION'],
    ['$' + '{amount &gt; 1000', 'INVALID_EXPRESSION'],
    [juel('amount &gt;&gt;&gt; 5'), 'INVALID_EXPRESSION'],
    [juel('order.total()'), 'UNSUPPORTED_EXPRESSION'],
    [juel('execution.getVariable(&quot;x&quot;)'), 'UNSUPPORTED_EXPRESSION'],
  ])('the condition %s is refused with its element and line', async (condition, code) => {
    const result = await compileBpmn(model.replace(juel('amount &gt; 1000'), condition))
    expect(result).toMatchObject({
      ok: false,
      error: [{ severity: 'error', code, elementId: 'yes', line: 6 }, { severity: 'warning' }],
    })
  })

  test('what has no equal is refused with its element and line', async () => {
    const result = await compileBpmn(
      model.replace('camunda:type="external" camunda:topic="pay"', 'camunda:class="A"'),
    )
    expect(result.ok ? [] : result.error.filter(({ severity }) => severity === 'error')[0]).toMatchObject({
      code: 'CAMUNDA_7_EXTENSION',
      elementId: 't',
      line: 4,
    })
  })

  test('conditions need no namespace of Camunda 7', async () => {
    const plain = model
      .replace(/ (?:xmlns:)?camunda:?\w*="[^"]*"/g, '')
      .replace(/<bpmn:serviceTask/, '<bpmn:task')
    const result = await compileBpmn(plain)
    expect(
      result.ok ? result.value.programs[0]?.flows.find(({ id }) => id === 'yes')?.condition : result,
    ).toEqual({
      feel: 'number(amount) > 1000',
    })
  })
})
