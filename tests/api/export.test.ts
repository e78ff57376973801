/** What was deployed can be taken out again as it came in, on a whole node. */
import { type Client, createClient } from '@braid/contract/client.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestServer, type TestServer } from '../support/server.ts'

let server: TestServer
let client: Client
beforeAll(async () => {
  server = await createTestServer()
  client = createClient({ baseUrl: `${server.url}/api/v1`, apiKey: server.apiKey })
})
afterAll(() => server?.stop())

/** Foreign extensions and attributes, a diagram, comments, CDATA, mixed line ends, quotes and spellings. */
const model = [
  "<?xml version='1.0' encoding='UTF-8' standalone=\"yes\"?>",
  '<!-- drawn elsewhere -->',
  '<semantic:definitions xmlns:semantic="http://www.omg.org/spec/BPMN/20100524/MODEL"',
  '\txmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"',
  '\txmlns:x="urn:other-tool" id="d" targetNamespace="urn:export" x:release="7">',
  '  <semantic:process id="kept" isExecutable="true" x:colour="red">\r',
  '    <semantic:extensionElements><x:meta key="é"><![CDATA[a < b]]> &amp; more<x:part/></x:meta></semantic:extensionElements>\r',
  '    <semantic:task id="only" startQuantity="1" isForCompensation="false" name="One&#10;task 😀"></semantic:task>',
  '  </semantic:process>',
  '  <di:BPMNDiagram id="g"><di:BPMNPlane bpmnElement="kept"><di:BPMNShape bpmnElement="only" id="s">',
  '    <dc:Bounds height="68.0" width="83.50" x="258" y="-3.0"/></di:BPMNShape></di:BPMNPlane></di:BPMNDiagram>',
  '</semantic:definitions>\n\n',
].join('\n')

test('the XML of a process definition is the deployed file, byte for byte', async () => {
  const { deployments } = await client.createDeployment({
    body: { resources: [{ name: 'kept.bpmn', content: model }] },
  })
  const [deployed] = deployments.flatMap((item) =>
    'processDefinition' in item ? [item.processDefinition] : [],
  )
  const params = { processDefinitionKey: deployed?.processDefinitionKey ?? '' }
  const response = await fetch(`${server.url}/v2/process-definitions/${params.processDefinitionKey}/xml`, {
    headers: { authorization: `Bearer ${server.apiKey}` },
  })
  expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(model))
  expect(await client.getProcessDefinitionXml({ params })).toBe(model)
})
